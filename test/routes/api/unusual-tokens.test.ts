import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

const ID = '11111111-1111-4111-8111-111111111111'

const get = (sub: unknown, others?: object) => {
  const authorization = `Bearer ${gateway.userToken(sub as string, others)}`
  return app.inject({ url: '/api/molecules', headers: { authorization } })
}

t.test("a correctly signed token whose claims the database cannot use is the user's fault: 401", async (t) => {
  const claims: [sub: unknown, others?: object][] = [
    ...['not-a-uuid', '', ID.slice(1), 'a "quoted" \\ sub', 'x\0y', '\ud800', 'x'.repeat(3_000)].map(
      (sub): [string] => [sub]
    ),
    ...[5, true, { a: 1 }, [1]].map((sub): [unknown] => [sub]),
    [ID, { note: 'x\0y' }]
  ]
  for (const [sub, others] of claims) {
    const response = await get(sub, others)
    t.equal(response.statusCode, 401, JSON.stringify([sub, others]).slice(0, 80))
    t.match(response.json(), { status: 'error', code: 'INVALID_TOKEN' })
  }
  t.equal((await get(ID)).statusCode, 200)
})

t.test("a filter that PostgreSQL cannot read is not blamed on the caller's token", async (t) => {
  const token = gateway.userToken(ID)
  await t.rejects(app.supabase.select('molecules', { filters: { id: 'eq.not-a-uuid' }, token }), {
    code: 'UPSTREAM_REJECTED'
  })
})
