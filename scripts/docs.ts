// Writes the OpenAPI document of the service, and the types that a client gets from it: npm run docs
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { buildApp } from '../src/app.ts'

/** A project that nobody asks for anything. */
const environment = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'unused', DB_POOL_MIN_SIZE: '0' }

/** What there is to write: texts by path, which depend on nothing but the sources. */
export async function documents(): Promise<Record<string, string>> {
  const app = await buildApp({ environment })
  await app.ready()
  const document = (await app.inject('/openapi.json')).json()
  await app.close()
  const types = astToString(await openapiTS(document))
  return {
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'test/support/openapi.d.ts': `// Made from openapi.json by openapi-typescript: npm run docs\n${types}`
  }
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await documents())) {
    writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text)
  }
}
