import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** An HTTP server that a test plays Supabase with. */
export interface Upstream {
  readonly url: string
  /** What arrived, in order. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[]
  /** Sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>
  close(): Promise<void>
}

/** Starts one on a loopback port, a free one unless said; it responds with an empty list of rows unless told otherwise. */
export async function startUpstream(
  respond: RequestListener = (_request, response) => sendRows(response, []),
  { port = 0 } = {}
): Promise<Upstream> {
  const requests: Upstream['requests'] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const chunks: Buffer[] = await request.toArray()
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    respond(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
}

/** Answers as PostgREST does. */
export function sendRows(response: ServerResponse, rows: readonly unknown[]): void {
  response
    .writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-range': rows.length ? `0-${rows.length - 1}/*` : '*/*'
    })
    .end(JSON.stringify(rows))
}
