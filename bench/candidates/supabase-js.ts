// Fastify and the official client, which sends its requests by Node's own fetch: that keeps connections alive, and opens
// as many as it likes.
import { createClient } from '@supabase/supabase-js'
import Fastify from 'fastify'
import { readOptions, ready } from '../harness/child.ts'
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
ready({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
