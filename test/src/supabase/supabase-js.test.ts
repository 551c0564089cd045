// The official client runs over the pool unchanged.
import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'
import t from 'tap'

import { createFetch } from '../../../src/pool/fetch.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, { ...gateway.environment, DB_POOL_MIN_SIZE: '0', DB_POOL_MAX_SIZE: '2' })

const overPool = createFetch(app.pool)
const { publishable, secret } = gateway.keys
// Users whom no other test has: they share the database.
const [alice, bob] = [randomUUID(), randomUUID()]

function createClientFor(key: string, token?: string) {
  const auth = { persistSession: false, autoRefreshToken: false }
  const accessToken = token === undefined ? undefined : async () => token
  return createClient(gateway.url, key, { global: { fetch: overPool }, auth, ...(accessToken && { accessToken }) })
}

t.test('supabase-js selects and calls functions over the pool', async (t) => {
  const client = createClientFor(publishable)
  const { data, error, count } = await client
    .from('molecules')
    .select('name, mixture_components(concentration, mixtures(name))', { count: 'exact' })
    .ilike('name', 'glycerol')
    .limit(1)
  t.equal(error, null)
  t.equal(count, 1)
  t.match(data, [{ name: 'Glycerol', mixture_components: [{ mixtures: { name: /./ } }] }])
  t.strictSame((await client.rpc('count_molecules', { prefix: 'glyc' })).data, 2)
  t.match(await client.from('nothing').select(), { status: 404, error: { message: /nothing/ } })
})

t.test("supabase-js inserts, updates and deletes a user's own rows over the pool", async (t) => {
  const asAlice = createClientFor(publishable, gateway.userToken(alice))
  const asBob = createClientFor(publishable, gateway.userToken(bob))
  const inserted = await asAlice.from('notes').insert({ text: 'cold' }).select().single()
  t.match(inserted, { status: 201, error: null, data: { owner: alice, text: 'cold' } })
  const { id } = inserted.data as { id: string }

  t.strictSame((await asBob.from('notes').select()).data, [])
  t.strictSame((await asBob.from('notes').update({ text: 'hot' }).eq('id', id).select()).data, [])
  t.match(await asAlice.from('notes').update({ text: 'colder' }).eq('id', id).select(), { data: [{ text: 'colder' }] })
  t.match(await asAlice.from('notes').delete().eq('id', id), { status: 204, error: null })
  t.strictSame((await asAlice.from('notes').select()).data, [])
  t.match(await createClientFor(publishable).from('notes').insert({ text: 'x' }), { error: { code: '42501' } })
})

t.test('supabase-js with the service key writes over the pool', async (t) => {
  const client = createClientFor(secret)
  const id = randomUUID()
  t.match(await client.from('notes').upsert({ id, owner: bob, text: 'cold' }, { onConflict: 'id' }), { error: null })
  t.match(await client.from('notes').delete().eq('id', id).select('text'), { data: [{ text: 'cold' }] })
})

t.test('supabase-js opens no connection outside the pool', (t) => {
  t.match(app.pool.stats(), { created: gateway.connections, in_use: 0, errors: 0 })
  t.ok(gateway.connections <= 2)
  t.end()
})
