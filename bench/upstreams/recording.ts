import { once } from 'node:events'
import { connect } from 'node:net'

const TIMEOUT = 10_000

/** What a server answers to a GET, to the byte and with all its headers. The answer must be chunked or have a length. */
export async function record(url: string, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), timeout: TIMEOUT })
  socket.on('timeout', () => socket.destroy(new Error(`${url} does not answer`)))
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`)
  let answer = Buffer.alloc(0)
  while (!isWhole(answer)) {
    const [data] = await once(socket, 'data')
    answer = Buffer.concat([answer, data])
  }
  socket.destroy()
  return answer
}

function isWhole(answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end === -1) return false
  const head = answer.subarray(0, end).toString('latin1')
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? []
  return length ? answer.length === end + 4 + Number(length) : answer.subarray(-5).toString('latin1') === '0\r\n\r\n'
}
