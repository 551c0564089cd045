// Keys are rotated under load: with an overlap, without one, and with the old keys revoked too early.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type ClientResponse, Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { startService } from '../support/service/process.ts'
import { type Gateway, startGateway } from '../support/upstream/gateway.ts'

const CLIENTS = 20
/** How long both pairs of keys are valid: longer than the service's polling interval. */
const OVERLAP_MS = 2_500

async function start(t: Test) {
  const gateway = await startGateway()
  const clients = new Clients(CLIENTS)
  const directory = mkdtempSync(join(tmpdir(), 'keys-'))
  t.teardown(async () => {
    await Promise.all([clients.close(), gateway.close()])
    rmSync(directory, { recursive: true })
  })
  const files = { anon: join(directory, 'anon'), service: join(directory, 'service') }
  /** Replaces the files atomically, as container engines do: nobody reads half a key. */
  const write = (keys: { anon: string; service: string }) => {
    for (const role of ['anon', 'service'] as const) {
      writeFileSync(`${files[role]}.new`, keys[role])
      renameSync(`${files[role]}.new`, files[role])
    }
  }
  let keys = { anon: gateway.keys.anon, service: gateway.keys.service }
  write(keys)
  const service = startService(t, {
    SUPABASE_URL: gateway.url,
    SUPABASE_KEY_FILE: files.anon,
    SUPABASE_SERVICE_KEY_FILE: files.service,
    COALESCE_READS: 'false'
  })
  const url = await service.url

  const responses: (ClientResponse & { from: number; to: number })[] = []
  let isOver = false
  let number = 0
  const load = runInLoops(
    CLIENTS,
    () => !isOver,
    async () => {
      const from = performance.now()
      const response = await clients.get(`${url}${number++ % 10 ? '/api/molecules?limit=1' : '/supabase/tables'}`)
      responses.push({ ...response, from, to: performance.now() })
    }
  )
  await sleep(500)
  return {
    gateway,
    service,
    responses,
    /** Has the gateway accept new keys beside the old ones, and returns both pairs. */
    issue: () => {
      const old = keys
      keys = { anon: gateway.issue('anon'), service: gateway.issue('service_role') }
      return { old, keys }
    },
    write,
    revoke: (old: { anon: string; service: string }) => {
      gateway.revoke(old.anon)
      gateway.revoke(old.service)
    },
    stop: async () => {
      isOver = true
      await load
    }
  }
}

const listFailures = (responses: readonly ClientResponse[]) => responses.filter(({ status }) => status !== 200)

const countRequestsWith = (gateway: Gateway, { anon, service }: { anon: string; service: string }) =>
  gateway.requests.filter(({ headers }) => headers.apikey === anon || headers.apikey === service).length

t.test('no request fails when keys are replaced and the old ones are revoked later', async (t) => {
  const { gateway, service, responses, issue, write, revoke, stop } = await start(t)
  const rounds = scale(1, 5)
  for (let round = 0; round < rounds; round++) {
    const { old, keys } = issue()
    write(keys)
    await sleep(OVERLAP_MS)
    const before = countRequestsWith(gateway, old)
    revoke(old)
    await sleep(500)
    t.equal(countRequestsWith(gateway, old), before, 'no request carries the revoked keys')
    for (const key of Object.values(keys)) t.notMatch(service.output.text, key)
  }
  await stop()
  t.strictSame(listFailures(responses), [])
  reportFigure(t, `${rounds} times under load, ${responses.length} requests, ${listFailures(responses).length} failed`)
})

t.test('no request fails when keys are replaced and the old ones are revoked at the same moment', async (t) => {
  const { responses, issue, write, revoke, stop } = await start(t)
  const rounds = scale(2, 30)
  for (let round = 0; round < rounds; round++) {
    const { old, keys } = issue()
    write(keys)
    revoke(old)
    await sleep(200)
  }
  await stop()
  t.strictSame(listFailures(responses), [])
  reportFigure(t, `${rounds} times under load, ${responses.length} requests, ${listFailures(responses).length} failed`)
})

t.test(
  'requests fail with UPSTREAM_REFUSED_KEYS from the revocation of the keys until there are new ones',
  async (t) => {
    const { responses, issue, write, revoke, stop } = await start(t)
    const { old, keys } = issue()
    revoke(old)
    const revoked = performance.now()
    await sleep(700)
    write(keys)
    const replaced = performance.now()
    await sleep(700)
    await stop()
    const meanwhile = responses.filter(({ from, to }) => from > revoked && to < replaced)
    t.ok(meanwhile.length > 0)
    t.strictSame(
      meanwhile.filter(({ status, body }) => status !== 502 || JSON.parse(body).code !== 'UPSTREAM_REFUSED_KEYS'),
      [],
      'every request fails with 502 while there are no valid keys'
    )
    const late = listFailures(responses.filter(({ from }) => from > replaced))
    t.strictSame(late, [], 'no request fails once the files hold the new keys')
    reportFigure(t, `${meanwhile.length} × 502 while there were no valid keys, ${late.length} failed afterwards`)
  }
)
