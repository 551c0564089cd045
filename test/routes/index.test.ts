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
      experiments: '/api/experiments',
      property_types: '/api/property-types',
      suggest: '/api/suggest?q=dmso',
      tables: '/supabase/tables',
      stats: '/pool/stats',
      metrics: '/metrics',
      live: '/health/live',
      ready: '/health/ready',
      openapi: '/openapi.json',
      docs: '/docs'
    }
  })
  for (const path of Object.values<string>(response.json().links)) {
    const { statusCode } = await app.inject(path)
    t.equal(statusCode, 200, `${path} is there`)
  }
  t.equal((await app.inject('/?x')).statusCode, 400)
})
