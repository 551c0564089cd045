import fp from 'fastify-plugin'
import { PoolClosedError } from '../src/pool/errors.ts'
import type { Role } from '../src/pool/headers.ts'
import { moleculeColumns } from '../src/resources/molecule-columns.ts'
import type { Keys } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Resolves when Supabase accepts the key of this role and has what the service reads, else rejects with an error whose
     * message says what to do about its `cause`.
     */
    checkKey(role: Role): Promise<void>
    /** Resolves when the service can do its work, else rejects with a 503 that says why not. */
    checkReadiness(): Promise<void>
  }
}

const TABLE = 'molecules'
const SETTINGS = { anon: 'SUPABASE_KEY', service: 'SUPABASE_SERVICE_KEY' }

/** How long a failed check counts, in milliseconds: many may ask, Supabase is asked once. */
const FAILURE_TTL_MS = 1_000
/** How long a successful response to anybody counts, in milliseconds: a busy service need not ask. */
const SUCCESS_TTL_MS = 2_000
/** How long a successful check counts for what such responses do not tell, the service key for instance, in milliseconds. */
const CHECK_TTL_MS = 30_000

/** Knows whether the service can do its work. */
export default fp(
  async (app) => {
    const { project, supabase } = app
    // A project without InChIKeys lacks nothing else.
    const select = moleculeColumns.filter((name) => name !== 'inchikey').join()
    const closing = new AbortController()
    let check: Promise<void> | undefined
    let failureStaleAt = 0
    let passed: { keys: Keys; at: number } | undefined

    app.decorate('checkKey', async (role) => {
      try {
        await supabase.check(TABLE, { role, select, signal: closing.signal })
      } catch (cause) {
        throw new Error(describeFault(cause as Error, role), { cause })
      }
    })

    const checkKeys = async () => {
      const { keys } = project
      const roles: Role[] = keys.anon === keys.service ? ['anon'] : ['anon', 'service']
      try {
        await Promise.all(roles.map(app.checkKey))
        passed = { keys, at: performance.now() }
        check = undefined
      } catch (error) {
        const { message, cause } = error as Error
        failureStaleAt = performance.now() + FAILURE_TTL_MS
        throw app.httpErrors.createError(503, `Not ready: ${message}`, { code: 'NOT_READY', expose: true, cause })
      }
    }

    app.decorate('checkReadiness', async () => {
      const now = performance.now()
      if (passed?.keys === project.keys && now - passed.at < CHECK_TTL_MS) {
        // A check passes without a success where the keys may not read the table.
        if (now - Math.max(passed.at, supabase.lastSuccessAt) < SUCCESS_TTL_MS) return
      }
      if (!check || now > failureStaleAt) {
        failureStaleAt = Number.POSITIVE_INFINITY
        check = checkKeys()
      }
      await check
    })

    app.addHook('preClose', async () => closing.abort(new PoolClosedError()))
  },
  { name: 'readiness', dependencies: ['sensible', 'supabase'] }
)

/** What is wrong and what to do about it. */
function describeFault({ message, code }: Error & { code?: string }, role: Role): string {
  if (code === 'UPSTREAM_REFUSED_KEYS') return `Supabase refuses ${SETTINGS[role]}`
  if (code !== 'UPSTREAM_SCHEMA_MISSING') return message
  return `The Supabase project lacks the table "${TABLE}" or one of its columns: run the SQL in supabase/migrations`
}
