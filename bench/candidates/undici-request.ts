// Fastify and undici's usual API: the rows are parsed and serialized again.
import Fastify from 'fastify'
import { Pool } from 'undici'
import { readOptions, reportReady } from '../harness/child.ts'
import { type CandidateOptions, type PageQuery, pageSchema } from './candidates.ts'

const { upstream, headers, connections } = readOptions<CandidateOptions>()
const pool = new Pool(upstream, { connections, pipelining: 1 })
const app = Fastify()
app.get<{ Querystring: PageQuery }>('/api/molecules', { schema: { querystring: pageSchema } }, async (request) => {
  const { limit, offset } = request.query
  const path = `/rest/v1/molecules?order=name.asc%2Cid.asc&limit=${limit}&offset=${offset}`
  const { statusCode, body } = await pool.request({ method: 'GET', path, headers })
  if (statusCode >= 300) throw new Error(`Supabase responded with ${statusCode}`)
  const molecules = (await body.json()) as unknown[]
  return { status: 'success', count: molecules.length, molecules }
})
reportReady({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
