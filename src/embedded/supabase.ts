import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { format } from 'node:util'
import { serve } from '@hono/node-server'
import { App, generateApiKey } from '@supabase/lite'
import { createConnection } from '@supabase/lite/sqlite'
import type { Keys } from '../supabase/keys.ts'
import { dataset } from './dataset.ts'
import { like, likeOfRegularExpression, mergeLikes } from './like.ts'
import { tables, views } from './schema.ts'

/** A Supabase project that runs in this process. */
export interface EmbeddedSupabase {
  /** Where it listens: a loopback address. */
  readonly url: string
  /** Made anew at each start. */
  readonly keys: Keys
  close(): Promise<void>
}

type Report = (text: string) => void

/** Who hears what the embedded Supabase prints: it has no logger of its own and writes errors to the console. */
const reporter = new AsyncLocalStorage<Report>()
const { error: print } = console
console.error = (...data) => {
  const report = reporter.getStore()
  if (report) report(format(...data))
  else print(...data)
}

/**
 * Starts a Supabase with CryoProtect's schema and data in memory; what is written to it is gone when it closes. `report`
 * is called with each error that it would print, stack included.
 */
export async function startEmbeddedSupabase(report: Report): Promise<EmbeddedSupabase> {
  const [anon, service] = await Promise.all([generateApiKey('publishable'), generateApiKey('secret')])
  const keys: Keys = { anon: anon.key, service: service.key }
  const connection = createConnection({ url: ':memory:' })
  const app = new App({
    connection,
    auth: { publishable_key: keys.anon, secret_key: keys.service },
    // Otherwise a bearer token that is no JWT counts as none, instead of being refused.
    api: { anonymous_enabled: false }
  })
  await connection.createMigrator(tables).migrate()
  connection.driver.function('like', { deterministic: true }, like)
  connection.driver.exec(views)
  load(connection.driver)

  const found = await connection.introspect()
  const relations = [...found.tables, ...found.views].map(({ name }) => name)
  const server = serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const response = await reporter.run(report, () => app.fetch(simplified(request)))
      return withPaths(response, request, relations)
    }
  }) as Server
  // Its one caller is the pool, which keeps its connections as long as it likes, also before their first request.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await connection.close()
    }
  }
}

/** Straight into SQLite: the embedded Data API takes only a handful of rows at a time. */
function load(database: DatabaseSync): void {
  const now = new Date().toISOString().replace('Z', '+00:00')
  for (const { table, rows } of dataset) {
    const columns = [...Object.keys(rows[0] as object), 'created_at', 'updated_at']
    const insert = database.prepare(`insert into ${table} (${columns}) values (${columns.map(() => '?')})`)
    for (const row of rows) insert.run(...Object.values(row).map(sqliteValue), now, now)
  }
}

function sqliteValue(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)
}

/** The same request in such words as the embedded Data API knows. */
function simplified(request: Request): Request {
  if (!/=i(like|match)\./.test(request.url)) return request
  const url = new URL(request.url)
  const { searchParams } = url
  for (const name of new Set(searchParams.keys())) {
    const conditions = mergeLikes(searchParams.getAll(name).map(likeOfRegularExpression))
    searchParams.delete(name)
    for (const condition of conditions) searchParams.append(name, condition)
  }
  return new Request(url, request)
}

/** Adds the paths to the OpenAPI document, which the embedded Supabase leaves out. */
async function withPaths(response: Response, request: Request, relations: readonly string[]): Promise<Response> {
  if (!response.ok || new URL(request.url).pathname !== '/rest/v1/') return response
  const paths = Object.fromEntries(['', ...relations].map((name) => [`/${name}`, {}]))
  return Response.json({ ...((await response.json()) as object), paths })
}
