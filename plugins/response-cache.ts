import { getHeapStatistics } from 'node:v8'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { readMemoryLimit } from '../src/http/process-memory.ts'
import { ResponseCache } from '../src/supabase/response-cache.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Keeps Supabase's responses to anonymous callers, unless `CACHE_SECONDS` is 0. */
    responseCache: ResponseCache | undefined
  }
}

/** Of the memory that the process may use. */
const MEMORY_SHARE = 1 / 16
/** Of V8's heap, whose limit may be far less: a caller who asks for long URLs fills the cache with keys, which are in it. */
const HEAP_SHARE = 1 / 8
/** Room for some thousand pages of ten rows, however little memory there is. */
const MIN_LIMIT_BYTES = 16 * 1024 * 1024
/** By how much a failure counts longer than a request may take. */
const FAILURE_MARGIN_SECONDS = 10

/** Decorates the instance with the cache of Supabase's responses. */
export default fp(
  async (app) => {
    const { CACHE_SECONDS, CACHE_STALE_SECONDS, DB_POOL_MAX_SIZE } = app.config
    const requestTimeout = app.config.DB_POOL_ACQUIRE_TIMEOUT + app.config.SUPABASE_REQUEST_TIMEOUT
    const share = Math.min(readMemoryLimit() * MEMORY_SHARE, getHeapStatistics().heap_size_limit * HEAP_SHARE)
    const cache = CACHE_SECONDS
      ? new ResponseCache({
          maxAge: CACHE_SECONDS * 1000,
          staleIfError: CACHE_STALE_SECONDS * 1000,
          maxBytes: Math.floor(Math.max(share, MIN_LIMIT_BYTES)),
          // The other connections are for callers who wait.
          maxRefreshes: Math.max(1, Math.floor(DB_POOL_MAX_SIZE / 2)),
          failureTtl: (requestTimeout + FAILURE_MARGIN_SECONDS) * 1000,
          onHit: (request, state, age) => (request as FastifyRequest).record.recordCacheHit(state, age),
          onOutage: (isOver) => {
            if (isOver) app.log.info('Supabase responds again')
            else app.log.error('Supabase fails: known pages are served from the cache')
          }
        })
      : undefined
    app.decorate('responseCache', cache)
    app.addHook('preClose', async () => cache?.close())
  },
  { name: 'response-cache', dependencies: ['config'] }
)
