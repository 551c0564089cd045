import { Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import fp from 'fastify-plugin'

/** How long a client may take to hear that its connection will be closed, in milliseconds: longer than a round trip. */
const LINGER = 500
/** How long after the shutdown time-out the last answers may take to be written, in milliseconds. */
const LAST_WORDS = 500

/**
 * Ends the service without cutting off a request. From the start of the end on, no connection is accepted and every answer
 * closes its own. After `LINGER`, in which a request that is on its way arrives, connections without one are closed. At
 * `SHUTDOWN_TIMEOUT` the pool ends, so that requests still under way are answered with 503, and `LAST_WORDS` later whatever
 * is left is cut off.
 */
export default fp(
  async (app) => {
    const shutdownTimeout = app.config.SHUTDOWN_TIMEOUT * 1000
    const connections = new Map<Socket, { requests: number }>()
    const timers: NodeJS.Timeout[] = []
    let accepted = 0
    let closing = false
    let allGone = () => {}

    app.server.on('connection', (socket) => {
      accepted++
      connections.set(socket, { requests: 0 })
      socket.once('close', () => {
        connections.delete(socket)
        if (connections.size === 0) allGone()
      })
    })
    app.server.on('request', ({ socket }, response) => {
      const connection = connections.get(socket) as { requests: number }
      connection.requests++
      response.on('close', () => connection.requests--)
    })

    app.addHook('onSend', (_request, reply, payload, done) => {
      if (closing) reply.header('connection', 'close')
      done(null, payload)
    })

    /** Connections that are not accepted would be reset; Node accepts one in each turn of its loop. */
    const acceptThoseThatWait = async () => {
      const latest = performance.now() + LINGER
      // The rest of a turn that has looked at the sockets already says nothing.
      await setImmediate()
      for (let before = -1; before !== accepted && performance.now() < latest; await setImmediate()) before = accepted
    }

    app.addHook('preClose', async () => {
      await acceptThoseThatWait()
      closing = true
      // Not by the HTTP server's own method: that one cuts off connections that idle, and requests on their way to them.
      Server.prototype.close.call(app.server)
      timers.push(setTimeout(() => app.pool.destroy(), shutdownTimeout))
      timers.push(setTimeout(() => app.server.closeAllConnections(), shutdownTimeout + LAST_WORDS))
      if (connections.size === 0) return
      await new Promise<void>((resolve) => {
        allGone = resolve
        timers.push(setTimeout(resolve, LINGER))
      })
      // A request may have arrived that nobody has read: a loop that is late sees to its timers first.
      await setImmediate()
      for (const [socket, { requests }] of connections) if (requests === 0) socket.destroy()
    })

    app.addHook('onClose', async () => timers.forEach(clearTimeout))
  },
  { name: 'closing', dependencies: ['config', 'pool'] }
)
