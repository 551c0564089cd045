// Keys are replaced under load: as it should be done, and with the old ones revoked before the new ones are known.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { figure, scale } from '../support/load/deep.ts'
import { type Answer, Clients, inLoops } from '../support/load/load.ts'
import { startService } from '../support/service/process.ts'
import { type Gateway, startGateway } from '../support/upstream/gateway.ts'

const CLIENTS = 20
/** How long after the files have changed the old keys are revoked, in milliseconds: longer than the service looks away. */
const OVERLAP = 2_500

async function start(t: Test) {
  const gateway = await startGateway()
  const clients = new Clients(CLIENTS)
  const directory = mkdtempSync(join(tmpdir(), 'keys-'))
  t.teardown(async () => {
    await Promise.all([clients.close(), gateway.close()])
    rmSync(directory, { recursive: true })
  })
  const files = { anon: join(directory, 'anon'), service: join(directory, 'service') }
  const write = ({ anon, service }: { anon: string; service: string }) => {
    writeFileSync(files.anon, anon)
    writeFileSync(files.service, service)
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

  const answers: (Answer & { from: number; to: number })[] = []
  let isOver = false
  let number = 0
  const load = inLoops(
    CLIENTS,
    () => !isOver,
    async () => {
      const from = performance.now()
      const answer = await clients.get(`${url}${number++ % 10 ? '/api/molecules?limit=1' : '/supabase/tables'}`)
      answers.push({ ...answer, from, to: performance.now() })
    }
  )
  await sleep(500)
  return {
    gateway,
    service,
    answers,
    /** New keys, which the gateway accepts beside the old ones; both pairs. */
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

const failuresOf = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200)

const carried = (gateway: Gateway, { anon, service }: { anon: string; service: string }) =>
  gateway.requests.filter(({ headers }) => headers.apikey === anon || headers.apikey === service).length

t.test('keys replaced, then the old ones revoked', async (t) => {
  const { gateway, service, answers, issue, write, revoke, stop } = await start(t)
  const rounds = scale(1, 5)
  for (let round = 0; round < rounds; round++) {
    const { old, keys } = issue()
    write(keys)
    await sleep(OVERLAP)
    const before = carried(gateway, old)
    revoke(old)
    await sleep(500)
    t.equal(carried(gateway, old), before, 'no connection carries the old keys any more')
    for (const key of Object.values(keys)) t.notMatch(service.output.text, key)
  }
  await stop()
  t.strictSame(failuresOf(answers), [])
  figure(t, `${rounds} times under load, ${answers.length} requests, ${failuresOf(answers).length} failed`)
})

t.test('keys replaced and the old ones revoked at the same moment', async (t) => {
  const { answers, issue, write, revoke, stop } = await start(t)
  const rounds = scale(2, 30)
  for (let round = 0; round < rounds; round++) {
    const { old, keys } = issue()
    write(keys)
    revoke(old)
    await sleep(200)
  }
  await stop()
  t.strictSame(failuresOf(answers), [], 'whoever meets a refusal looks for new keys and tries once more')
  figure(t, `${rounds} times under load, ${answers.length} requests, ${failuresOf(answers).length} failed`)
})

t.test('keys revoked before there are new ones', async (t) => {
  const { answers, issue, write, revoke, stop } = await start(t)
  const { old, keys } = issue()
  revoke(old)
  const revoked = performance.now()
  await sleep(700)
  write(keys)
  const healed = performance.now()
  await sleep(700)
  await stop()
  const meanwhile = answers.filter(({ from, to }) => from > revoked && to < healed)
  t.ok(meanwhile.length > 0)
  t.strictSame(
    meanwhile.filter(({ status, body }) => status !== 502 || JSON.parse(body).code !== 'UPSTREAM_REFUSED_KEYS'),
    [],
    'each is told of it'
  )
  const late = failuresOf(answers.filter(({ from }) => from > healed))
  t.strictSame(late, [], 'and all is well as soon as the files are right')
  figure(t, `${meanwhile.length} × 502 while there were none, ${late.length} failed from the moment on that there were`)
})
