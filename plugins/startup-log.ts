import fp from 'fastify-plugin'
import { PoolClosedError } from '../src/pool/errors.ts'
import type { Role } from '../src/pool/headers.ts'
import { SupabaseError } from '../src/supabase/errors.ts'
import { classifyKey } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Logs in one line what the listening service serves, whether its keys are accepted, and where its documentation is. */
    logStart(): Promise<void>
  }
}

/** Tells the operator at startup what would otherwise come up with the first request. */
export default fp(
  async (app) => {
    const { project, log } = app

    const describeKey = async (setting: string, role: Role) => {
      const kind = classifyKey(project.keys[role])
      const fault = await app.checkKey(role).then(
        () => undefined,
        (error: Error) => error
      )
      const shown = kind === 'unknown' ? 'of unknown kind' : kind
      return { text: `${setting} (${shown}) ${describeOutcome(fault?.cause)}`, fault }
    }

    app.decorate('logStart', async () => {
      // A signal may have ended the service meanwhile.
      if (!app.server.listening) return
      // A wildcard address is no destination.
      const origin = app.listeningOrigin.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//localhost:')
      const documentation = `documentation at ${origin}/docs`
      if (project.embedded) {
        log.info(`Serving demonstration data, ${documentation}`)
        return
      }
      const { anon, service } = project.keys
      const keys = await Promise.all([
        describeKey('SUPABASE_KEY', 'anon'),
        anon === service
          ? { text: 'SUPABASE_SERVICE_KEY not set: /supabase/tables needs it', fault: undefined }
          : describeKey('SUPABASE_SERVICE_KEY', 'service')
      ])
      const faults = keys.flatMap(({ fault }) => fault ?? [])
      if (faults.some(({ cause }) => cause instanceof PoolClosedError)) return
      const messages = new Set(faults.map(({ message }) => message))
      const line = [`Serving ${new URL(project.url).host}`, ...keys.map(({ text }) => text), ...messages, documentation]
      const cause = faults[0]?.cause
      if (!cause) log.info(line.join(', '))
      else log.error({ upstream: cause instanceof SupabaseError ? cause.upstream : undefined }, line.join(', '))
    })
  },
  { name: 'startup-log', dependencies: ['project', 'readiness'] }
)

/** What a check's failure says of the key: a project without the tables has still accepted it. */
function describeOutcome(cause: unknown): string {
  const code = (cause as { code?: string } | undefined)?.code
  if (code === undefined || code === 'UPSTREAM_SCHEMA_MISSING') return 'accepted'
  return code === 'UPSTREAM_REFUSED_KEYS' ? 'rejected' : 'not verified'
}
