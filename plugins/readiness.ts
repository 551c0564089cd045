import { performance } from 'node:perf_hooks'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/http/service-errors.ts'
import { PoolClosedError } from '../src/pool/errors.ts'
import type { Role } from '../src/pool/headers.ts'
import { molecules } from '../src/resources/molecules.ts'
import type { Keys } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Resolves when Supabase accepts the key of this role and has what the service reads, else rejects with an error whose
     * message says what to do about its `cause`.
     */
    checkKey(role: Role): Promise<void>
    /** Resolves when the service can do its work, else rejects with a `ServiceError` (503) that says why not. */
    checkReadiness(): Promise<void>
  }
}

const SETTINGS = { anon: 'SUPABASE_KEY', service: 'SUPABASE_SERVICE_KEY' }

/** How long a failed check is valid: however many probe, Supabase is asked once. */
const FAILURE_TTL_MS = 1_000
/** How long a successful response to anybody is valid: a busy service need not ask. */
const SUCCESS_TTL_MS = 2_000
/** How long a successful check is valid for what such responses do not tell, for instance the service key. */
const CHECK_TTL_MS = 30_000

/** Knows whether the service can do its work. */
export default fp(
  async (app) => {
    const { project, supabase } = app
    // A project without InChIKeys lacks nothing else.
    const select = molecules.columnNames.filter((name) => name !== 'inchikey').join()
    const closing = new AbortController()
    let check: Promise<void> | undefined
    let failureStaleAt = 0
    let passed: { keys: Keys; at: number } | undefined

    app.decorate('checkKey', async (role) => {
      try {
        await supabase.check(molecules.table, { role, select, signal: closing.signal })
      } catch (cause) {
        throw new Error(describeFailure(cause as Error, role), { cause })
      }
    })

    const checkKeys = async () => {
      const { keys } = project
      const roles: Role[] = keys.anon === keys.service ? ['anon'] : ['anon', 'service']
      const results = await Promise.allSettled(roles.map(app.checkKey))
      const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
      if (faults[0]) {
        failureStaleAt = performance.now() + FAILURE_TTL_MS
        const detail = [...new Set(faults.map(({ message }) => message))].join('; ')
        throw new ServiceError('NOT_READY', { detail, cause: faults[0].cause })
      }
      passed = { keys, at: performance.now() }
      check = undefined
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
  { name: 'readiness', dependencies: ['project', 'supabase'] }
)

/** What is wrong and what to do about it. */
function describeFailure({ message, code }: Error & { code?: string }, role: Role): string {
  if (code === 'UPSTREAM_REFUSED_KEYS') return `Supabase rejects ${SETTINGS[role]}`
  if (code !== 'UPSTREAM_SCHEMA_MISSING') return message
  return `The Supabase project lacks the table "${molecules.table}" or one of its columns: run the SQL in supabase/migrations`
}
