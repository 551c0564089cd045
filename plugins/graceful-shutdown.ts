import { Server } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import fp from 'fastify-plugin'

/** How long a client may take to learn that its connection will be closed: longer than a round trip. */
const LINGER_MS = 500
/** How long after the shutdown time-out the last responses may take to be written. */
const LAST_RESPONSES_MS = 500

/**
 * Closes the server without losing a request. Pending connections are accepted, for half of `SHUTDOWN_TIMEOUT` at most.
 * From then on no connection is, and every response closes its own. After `LINGER_MS`, in which requests on their way
 * arrive, connections without a request are closed. At `SHUTDOWN_TIMEOUT` the pool is destroyed, so that requests still in
 * progress get 503, and `LAST_RESPONSES_MS` later all connections are.
 */
export default fp(
  async (app) => {
    const shutdownTimeout = app.config.SHUTDOWN_TIMEOUT * 1000
    const connections = app.clientConnections
    const timers: NodeJS.Timeout[] = []
    let accepted = 0
    let phase: 'serving' | 'accepting' | 'closing' = 'serving'
    let onAllClosed = () => {}

    app.server.on('connection', (socket) => {
      accepted++
      socket.once('close', () => {
        // Without this one: the client-connections plugin has heard of it before.
        if (connections.size === 0) onAllClosed()
      })
    })

    app.addHook('onSend', (_request, reply, payload, done) => {
      if (phase === 'closing') reply.header('connection', 'close')
      // Fastify already closes connections, whose clients would open new ones.
      else if (phase === 'accepting') reply.raw.removeHeader('connection')
      done(null, payload)
    })

    /** Pending connections would be reset; Node accepts one in each turn of its loop. */
    const acceptPending = async () => {
      const latest = performance.now() + shutdownTimeout / 2
      // The rest of a turn that has already polled the sockets tells nothing.
      await setImmediate()
      for (let before = -1; before !== accepted && performance.now() < latest; await setImmediate()) before = accepted
    }

    app.addHook('preClose', async () => {
      timers.push(setTimeout(() => app.pool.destroy(), shutdownTimeout))
      timers.push(setTimeout(() => app.server.closeAllConnections(), shutdownTimeout + LAST_RESPONSES_MS))
      phase = 'accepting'
      await acceptPending()
      phase = 'closing'
      // Not by the HTTP server's own method, which destroys idle connections, and with them requests on their way.
      Server.prototype.close.call(app.server)
      if (connections.size === 0) return
      await new Promise<void>((resolve) => {
        onAllClosed = resolve
        timers.push(setTimeout(resolve, LINGER_MS))
      })
      // A request may have arrived that nobody has read: a late event loop runs its timers first.
      await setImmediate()
      for (const [socket, { requests }] of connections) if (requests === 0) socket.destroy()
    })

    app.addHook('onClose', async () => timers.forEach(clearTimeout))
  },
  { name: 'graceful-shutdown', dependencies: ['client-connections', 'config', 'pool'] }
)
