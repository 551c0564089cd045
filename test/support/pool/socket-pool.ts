import { HeaderConnectionPool } from '../../../src/pool/header-connection-pool.ts'
import type { PoolOptions } from '../../../src/pool/options.ts'
import { createSocketConnect } from '../../../src/pool/transport.ts'
import { headerSets } from '../../../src/supabase/keys.ts'

/** A pool of real sockets to an upstream. */
export function socketPool(origin: string, options: Partial<PoolOptions> = {}): HeaderConnectionPool {
  return new HeaderConnectionPool({
    name: 'Supabase',
    origin,
    connect: createSocketConnect({ origin, connectTimeout: 2_000, keepAlive: 60_000 }),
    credentials: () => headerSets({ anon: 'legacy.anon.key', service: 'sb_secret_key' }, 'test/1'),
    minSize: 0,
    maxSize: 2,
    lifetime: 60_000,
    acquireTimeout: 5_000,
    maxWaiting: 100,
    idleTimeout: 60_000,
    closeTimeout: 5_000,
    ...options
  })
}
