// Responds to every request with the same recorded bytes, at the least cost, so that the candidate is what is measured.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { getPort, readOptions, reportReady } from '../harness/child.ts'

const END_OF_REQUEST = '\r\n\r\n'

const { recording } = readOptions<{ recording: string }>()
const response = Buffer.from(recording, 'base64')

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (requests) => {
    // Requests have no body, are small and arrive whole.
    let end = requests.indexOf(END_OF_REQUEST)
    while (end !== -1) {
      socket.write(response)
      end = requests.indexOf(END_OF_REQUEST, end + END_OF_REQUEST.length)
    }
  })
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
reportReady({ url: `http://127.0.0.1:${getPort(server.address() as { port: number })}` })
