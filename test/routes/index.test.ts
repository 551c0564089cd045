import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'

t.test("GET / returns the service's name and links", async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const app = await startApp(t, gateway.environment)
  const response = await app.inject('/')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), {
    name: 'CryoProtect API',
    status: 'running',
    environment: 'development',
    node_version: process.version,
    supabase_configured: true,
    links: {
      molecules: '/api/molecules',
      mixtures: '/api/mixtures',
      tables: '/supabase/tables',
      stats: '/pool/stats',
      metrics: '/metrics',
      live: '/health/live',
      ready: '/health/ready',
      openapi: '/openapi.json',
      docs: '/docs'
    }
  })
  for (const path of Object.values(response.json().links)) {
    t.equal((await app.inject(path as string)).statusCode, 200, `${path} is there`)
  }
  t.equal((await app.inject('/?x')).statusCode, 400)
})
