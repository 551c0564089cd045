import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Test } from 'tap'

/** An HTTP server that a test plays Supabase with, and that leaves bodies to it; closed when the test ends. */
export interface BareUpstream {
  readonly url: string
  /** Sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>
}

export async function startBareUpstream(t: Test, listener: RequestListener): Promise<BareUpstream> {
  const sockets = new Set<Socket>()
  const server = createServer(listener)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets }
}
