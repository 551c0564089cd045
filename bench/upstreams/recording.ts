import { once } from 'node:events'
import { connect } from 'node:net'

const TIMEOUT_MS = 10_000

/** The bytes of a server's response to a GET. The response must be chunked or have a length. */
export async function record(url: string, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), timeout: TIMEOUT_MS })
  socket.on('timeout', () => socket.destroy(new Error(`No response from ${url}`)))
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`)
  let response = Buffer.alloc(0)
  while (!isComplete(response)) {
    const [data] = await once(socket, 'data')
    response = Buffer.concat([response, data])
  }
  socket.destroy()
  return response
}

function isComplete(response: Buffer): boolean {
  const end = response.indexOf('\r\n\r\n')
  if (end === -1) return false
  const head = response.subarray(0, end).toString('latin1')
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? []
  return length
    ? response.length === end + 4 + Number(length)
    : response.subarray(-5).toString('latin1') === '0\r\n\r\n'
}
