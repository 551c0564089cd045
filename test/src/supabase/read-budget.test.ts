import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { ResponseMemory } from '../../../src/http/response-memory.ts'
import { SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi } from '../../../src/supabase/data-api.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'
import { waitFor } from '../../support/wait.ts'

const LIMIT = 800_000
const ROWS = '["'.padEnd(299_998, 'x').concat('"]')

/** A project whose responses are begun with status and headers, and continued by the test. */
async function start(t: Test) {
  const responses: ServerResponse[] = []
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '0-0/*' })
    responses.push(response)
  })
  const pool = socketPool(upstream.url, { maxSize: 3 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const budget = new ResponseMemory({ limit: LIMIT, sendTimeout: 10_000 })
  const client = new SupabaseClient(new DataApi({ url: upstream.url, dispatcher: pool, timeout: 60_000, budget }))
  /** Begins to read a page, and sends as much of it. */
  const read = async (length: number, signal?: AbortSignal) => {
    const before = { used: budget.used, count: responses.length }
    const page = client.page('rows', { offset: before.count, ...(signal && { signal }) })
    page.catch(() => {})
    await waitFor(() => responses.length > before.count)
    const response = responses.at(-1) as ServerResponse
    response.write(ROWS.slice(0, length))
    return { page, response, before }
  }
  return { budget, client, pool, read, responses }
}

t.test('a response that is being read counts by the bytes that have come, until it has ended', async (t) => {
  const { budget, read } = await start(t)
  const { page, response } = await read(200_000)
  await waitFor(() => budget.used === 200_000)
  response.end(ROWS.slice(200_000))
  t.equal((await page).rows.length, ROWS.length)
  t.equal(budget.used, 0)
})

t.test('callers who share a read count its bytes once', async (t) => {
  const { budget, client, responses } = await start(t)
  const pages = Array.from({ length: 20 }, () => client.page('rows'))
  await waitFor(() => responses.length > 0)
  responses[0]?.end(ROWS)
  t.strictSame(new Set((await Promise.all(pages)).map(({ rows }) => rows.length)), new Set([ROWS.length]))
  t.equal(responses.length, 1)
  t.equal(budget.used, 0)
})

t.test('a response that does not fit is given up with its connection, and those under way are read on', async (t) => {
  const { budget, pool, read } = await start(t)
  const { page, response } = await read(200_000)
  await waitFor(() => budget.used === 200_000)
  budget.grow(1, LIMIT - 250_000)
  const refused = await read(100_000)
  await t.rejects(refused.page, { code: 'OVERLOADED', statusCode: 503 })
  await waitFor(() => pool.stats().in_use === 1)
  budget.release(LIMIT - 250_001)
  response.end(ROWS.slice(200_000))
  t.equal((await page).count, 1)
  t.equal(budget.used, 0)
})

t.test('a response whose caller leaves, or whose connection is lost, gives its bytes back', async (t) => {
  const { budget, read } = await start(t)
  const controller = new AbortController()
  const left = await read(200_000, controller.signal)
  const lost = await read(200_000)
  await waitFor(() => budget.used === 400_000)
  controller.abort()
  lost.response.destroy()
  await t.rejects(left.page, { name: 'AbortError' })
  await t.rejects(lost.page, { code: 'UPSTREAM_CONNECTION_LOST' })
  t.equal(budget.used, 0)
})
