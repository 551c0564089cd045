import { performance } from 'node:perf_hooks'
import fp from 'fastify-plugin'
import { readDescriptorLimit } from '../src/http/descriptor-limit.ts'

/** File descriptors for all but clients and the pool: Node's own, log, key files, DNS, traces, the files of `/docs`. */
const RESERVED_DESCRIPTORS = 64
const LOG_INTERVAL_MS = 10_000

/**
 * Accepts no more connections than the process has file descriptors for, so that there are always some for the pool and for
 * files. Connections beyond are closed at once, counted and logged.
 */
export default fp(
  async (app) => {
    const { config, log, metrics, project, server } = app
    const descriptors = readDescriptorLimit()
    if (descriptors !== undefined) {
      // The embedded Supabase has the other end of each connection in this process.
      const poolDescriptors = config.DB_POOL_MAX_SIZE * (project.embedded ? 2 : 1)
      server.maxConnections = Math.max(1, descriptors - poolDescriptors - RESERVED_DESCRIPTORS)
    }

    let unreported = 0
    let reportedAt = Number.NEGATIVE_INFINITY
    const recordRefusal = (err?: Error) => {
      metrics.connectionRefused()
      unreported++
      if (performance.now() - reportedAt < LOG_INTERVAL_MS) return
      log.warn(
        { refused: unreported, max_connections: server.maxConnections, err },
        'Connections refused: raise the limit of open files (ulimit -n) or run more replicas'
      )
      reportedAt = performance.now()
      unreported = 0
    }

    server.on('drop', () => recordRefusal())
    // An error of `listen` is for whoever called it; one that comes later is of `accept`, and would end the process.
    server.on('listening', () => server.on('error', recordRefusal))
  },
  { name: 'connection-limit', dependencies: ['config', 'metrics', 'project'] }
)
