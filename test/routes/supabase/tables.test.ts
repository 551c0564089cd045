import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const ADMIN_TOKEN = '0123456789abcdef'
const gateway = await startGateway()
t.teardown(() => gateway.close())

t.test('/supabase/tables lists the sorted names of tables and views, without functions', async (t) => {
  const tables = [
    'experiment_search',
    'experiments',
    'light_molecules',
    'mixture_components',
    'mixture_search',
    'mixtures',
    'molecular_properties',
    'molecule_names',
    'molecule_owners',
    'molecule_search',
    'molecule_synonyms',
    'molecules',
    'notes',
    'property_types'
  ]
  const { anon, publishable, secret } = gateway.keys
  const pairs = [
    gateway.environment,
    { SUPABASE_URL: gateway.url, SUPABASE_PUBLISHABLE_KEY: publishable, SUPABASE_SECRET_KEY: secret },
    { SUPABASE_URL: gateway.url, SUPABASE_KEY: anon, SUPABASE_SECRET_KEY: secret }
  ]
  for (const environment of pairs) {
    const app = await startApp(t, environment)
    const response = await app.inject('/supabase/tables')
    t.equal(response.statusCode, 200)
    t.strictSame(response.json(), { status: 'success', tables })
  }
})

t.test('/supabase/tables without a service key names the missing setting', async (t) => {
  const { SUPABASE_SERVICE_KEY: _, ...environment } = gateway.environment
  const app = await startApp(t, environment)
  const response = await app.inject('/supabase/tables')
  t.equal(response.statusCode, 502)
  t.match(response.json(), { code: 'SERVICE_KEY_MISSING', message: /set SUPABASE_SERVICE_KEY$/ })

  const wrong = await startApp(t, { ...environment, SUPABASE_SERVICE_KEY: 'wrong' })
  t.match((await wrong.inject('/supabase/tables')).json(), { code: 'UPSTREAM_REFUSED_KEYS' })
})

t.test('/supabase/tables needs the admin token in production', async (t) => {
  const production = { ...gateway.environment, NODE_ENV: 'production' }
  const closed = await startApp(t, production)
  const response = await closed.inject('/supabase/tables')
  t.equal(response.statusCode, 403)
  t.match(response.json().message, 'ADMIN_TOKEN')

  const guarded = await startApp(t, { ...production, ADMIN_TOKEN })
  for (const authorization of [undefined, '', 'Bearer', 'Bearer x', ADMIN_TOKEN, `Bearer ${ADMIN_TOKEN}x`]) {
    const refused = await guarded.inject({ url: '/supabase/tables', headers: authorization ? { authorization } : {} })
    t.equal(refused.statusCode, 401)
    t.equal(refused.headers['www-authenticate'], 'Bearer')
  }
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  t.equal((await guarded.inject({ url: '/supabase/tables', headers })).statusCode, 200)
  t.equal((await guarded.inject('/api/molecules')).statusCode, 200, 'the rest is open')
})
