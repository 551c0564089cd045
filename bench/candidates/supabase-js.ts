// Fastify and the official client, over Node's fetch: it keeps connections alive and does not limit their number.
import { createClient } from '@supabase/supabase-js'
import Fastify from 'fastify'
import { readOptions, reportReady } from '../harness/child.ts'
import { type CandidateOptions, type PageQuery, pageSchema } from './candidates.ts'

const { upstream, key } = readOptions<CandidateOptions>()
const supabase = createClient(upstream, key)
const app = Fastify()
app.get<{ Querystring: PageQuery }>('/api/molecules', { schema: { querystring: pageSchema } }, async (request) => {
  const { limit, offset } = request.query
  const { data: molecules, error } = await supabase
    .from('molecules')
    .select()
    .order('name')
    .order('id')
    .range(offset, offset + limit - 1)
  if (error) throw error
  return { status: 'success', count: molecules.length, molecules }
})
reportReady({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
