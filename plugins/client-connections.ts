import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The open connections of clients. */
    clientConnections: ReadonlyMap<Socket, ClientConnection>
  }
}

interface ClientConnection {
  /** Requests whose responses have not been sent. */
  requests: number
}

/** Requests of one connection at a time: the responses to those that a client sends ahead wait in memory for the first. */
const MAX_PIPELINED = 16

/** Knows the connections of clients, and closes one that has more requests at a time than `MAX_PIPELINED`. */
export default fp(
  async (app) => {
    const connections = new Map<Socket, ClientConnection>()
    app.decorate('clientConnections', connections)

    app.server.on('connection', (socket) => {
      connections.set(socket, { requests: 0 })
      socket.once('close', () => connections.delete(socket))
    })
    // Before Fastify's own listener, which begins to respond.
    app.server.prependListener('request', ({ socket }, response) => {
      const connection = connections.get(socket) as ClientConnection
      connection.requests++
      response.on('close', () => connection.requests--)
      if (connection.requests > MAX_PIPELINED) socket.destroy()
    })
  },
  { name: 'client-connections' }
)
