// Answers every request with the same recorded bytes, as cheaply as Node can: what is measured then is the candidate.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { portOf, readOptions, ready } from '../harness/child.ts'

const END_OF_REQUEST = '\r\n\r\n'

const { answer: base64 } = readOptions<{ answer: string }>()
const answer = Buffer.from(base64, 'base64')

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (requests) => {
    // Requests without a body, which are small and arrive whole.
    let end = requests.indexOf(END_OF_REQUEST)
    while (end !== -1) {
      socket.write(answer)
      end = requests.indexOf(END_OF_REQUEST, end + END_OF_REQUEST.length)
    }
  })
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
ready({ url: `http://127.0.0.1:${portOf(server.address() as { port: number })}` })
