import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

/** How long after the shutdown time-out the last answers may take to be written, in milliseconds. */
const LAST_WORDS = 500

/** Closes the connections of clients without cutting off an answer, and without waiting for clients that say nothing. */
export default fp(
  async (app) => {
    let closing = false
    let deadline: NodeJS.Timeout
    const sockets = new Set<Socket>()

    app.server.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })

    app.addHook('preClose', async () => {
      closing = true
      // Node waits for these as if a request were under way.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      const patience = app.config.SHUTDOWN_TIMEOUT * 1000 + LAST_WORDS
      deadline = setTimeout(() => app.server.closeAllConnections(), patience)
    })

    app.addHook('onClose', async () => clearTimeout(deadline))

    app.addHook('onRequest', async () => {
      if (!closing) return
      throw app.httpErrors.createError(503, 'The service is shutting down', { code: 'CLOSING', expose: true })
    })

    app.addHook('onSend', (_request, reply, payload, done) => {
      if (closing) reply.header('connection', 'close')
      done(null, payload)
    })
  },
  { name: 'closing', dependencies: ['config', 'sensible'] }
)
