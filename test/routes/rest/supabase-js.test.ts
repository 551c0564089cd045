// The official client, with the service's URL in the place of the project's.
import { randomUUID } from 'node:crypto'
import { PostgrestClient } from '@supabase/postgrest-js'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const project = await startGateway()
t.teardown(() => project.close())
// Users whom no other test has: they share the database.
const [alice, bob] = [randomUUID(), randomUUID()]
const settings = { ...project.environment, GATEWAY: 'all', DB_POOL_MIN_SIZE: '0', DB_POOL_MAX_SIZE: '2' }

const createClientFor = (url: string, key: string, token?: string): SupabaseClient => {
  const auth = { persistSession: false, autoRefreshToken: false }
  return createClient(url, key, { auth, ...(token !== undefined && { accessToken: async () => token }) })
}

for (const form of ['anon', 'publishable'] as const) {
  const key = project.keys[form]

  t.test(`supabase-js works with the service's URL and the ${form} key`, async (t) => {
    const app = await startApp(t, { ...settings, SUPABASE_KEY: key })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const client = createClientFor(url, key)
    const direct = createClientFor(project.url, key)
    const same = async (title: string, ask: (client: SupabaseClient) => PromiseLike<unknown>) => {
      t.strictSame(await ask(client), await ask(direct), title)
    }

    await same('select', (client) => client.from('molecules').select())
    await same('filters', (client) =>
      client
        .from('molecules')
        .select('name,cid')
        .or('name.ilike.%glycol%,cid.eq.753')
        .not('cid', 'is', null)
        .in('molecular_formula', ['C3H8O3', 'C2H6O2', 'C4H10O3'])
        .order('name', { ascending: false })
        .range(0, 4)
    )
    await same('embedded rows', (client) =>
      client.from('molecules').select('name,mixture_components(concentration,mixtures(name))').order('name')
    )
    await same('count', (client) => client.from('molecules').select('*', { count: 'exact', head: true }))
    await same('planned count', (client) => client.from('molecules').select('name', { count: 'planned' }).limit(3))
    await same('CSV', (client) => client.from('molecules').select('name,cid').order('name').csv())
    await same('single', (client) => client.from('molecules').select().eq('name', 'Glycerol').single())
    await same('single of several', (client) => client.from('molecules').select().single())
    await same('maybeSingle of none', (client) => client.from('molecules').select().eq('name', '-').maybeSingle())
    await same('the plan of a query', (client) => client.from('molecules').select().explain({ format: 'text' }))
    await same('a range beyond the end', (client) =>
      client.from('molecules').select('name', { count: 'exact' }).range(1000, 1001)
    )
    await same('rpc', (client) => client.rpc('count_molecules', { prefix: 'glyc' }))
    await same('rpc by GET', (client) => client.rpc('count_molecules', { prefix: 'glyc' }, { get: true }))
    await same('a table that does not exist', (client) => client.from('nothing').select())
    await same('a column that does not exist', (client) => client.from('molecules').select('nothing'))
    await same('an insert that is not permitted', (client) => client.from('molecules').insert({ name: 'x' }))
    await same('another schema', (client) => client.schema('auth').from('users').select())
    await same('a token that is none', () => createClientFor(url, key, 'a.b.c').from('molecules').select())

    const controller = new AbortController()
    controller.abort()
    const aborted = await client.from('molecules').select().abortSignal(controller.signal)
    t.match(aborted, { data: null, error: { message: /abort/i } }, 'abort')
    t.match(app.pool.stats(), { in_use: 0, errors: 0 })
  })

  t.test(`with the ${form} key a user writes and sees that user's rows only`, async (t) => {
    const app = await startApp(t, { ...settings, SUPABASE_KEY: key })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const asAlice = createClientFor(url, key, project.userToken(alice))
    const asBob = createClientFor(url, key, project.userToken(bob))
    const inserted = await asAlice.from('notes').insert({ text: 'cold' }).select().single()
    t.match(inserted, { status: 201, error: null, data: { owner: alice, text: 'cold' } })
    const { id } = inserted.data as { id: string }
    t.strictSame((await asBob.from('notes').select()).data, [])
    t.strictSame((await asBob.from('notes').update({ text: 'hot' }).eq('id', id).select()).data, [])
    t.match(await asAlice.from('notes').update({ text: 'colder' }).eq('id', id).select(), {
      data: [{ text: 'colder' }]
    })
    const upserted = await asAlice
      .from('notes')
      .upsert(
        [
          { id, text: 'coldest' },
          { id: bob, text: 'new' }
        ],
        { count: 'exact' }
      )
      .select('text')
    t.match(upserted, { error: null, count: 2, data: [{ text: 'coldest' }, { text: 'new' }] })
    t.match(await asAlice.from('notes').delete({ count: 'exact' }).in('id', [id, bob]), { status: 204, count: 2 })
    t.strictSame((await asAlice.from('notes').select()).data, [])
    t.match(await createClientFor(url, key).from('notes').insert({ text: 'x' }), { error: { code: '42501' } })
  })
}

t.test("postgrest-js works with the service's URL", async (t) => {
  const app = await startApp(t, settings)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const client = new PostgrestClient(`${url}/rest/v1`, { headers: { apikey: project.keys.anon } })
  t.match(await client.from('molecules').select('name').eq('name', 'Glycerol'), { data: [{ name: 'Glycerol' }] })
  t.match(await client.rpc('count_molecules', { prefix: 'glyc' }), { data: 2 })
})

t.test('a busy pool is a 503 that supabase-js repeats', async (t) => {
  const app = await startApp(t, { ...settings, DB_POOL_MAX_SIZE: '1', DB_POOL_MAX_WAITING: '0' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const lease = await app.pool.acquire()
  const response = await fetch(`${url}/rest/v1/molecules`, { headers: { apikey: project.keys.anon } })
  t.equal(response.status, 503)
  t.match(response.headers.get('retry-after'), /^[1-3]$/)
  t.match(await response.json(), { code: 'POOL_QUEUE_FULL', message: /./, details: null, hint: null })
  const repeated = createClientFor(url, project.keys.anon).from('molecules').select('name').limit(1)
  const result = repeated.then((result) => result)
  while (app.pool.stats().rejected < 2) await new Promise(setImmediate)
  app.pool.release(lease)
  t.match(await result, { error: null, status: 200 })
})
