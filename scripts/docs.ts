// Writes the OpenAPI document of the service, and the types of a client of it, below the working directory: npm run docs
import { writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { buildApp } from '../src/app.ts'

// A project that nobody asks for anything.
const environment = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'unused', DB_POOL_MIN_SIZE: '0' }
const app = await buildApp({ environment })
await app.ready()
const document = (await app.inject('/openapi.json')).json()
await app.close()

writeFileSync('openapi.json', `${JSON.stringify(document, null, 2)}\n`)
const types = astToString(await openapiTS(document))
writeFileSync(
  'test/support/openapi/client.d.ts',
  `// Made from openapi.json by openapi-typescript: npm run docs\n${types}`
)
