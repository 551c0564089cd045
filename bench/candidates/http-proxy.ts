// @fastify/http-proxy: passes on PostgREST's own response.
import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { readOptions, reportReady } from '../harness/child.ts'
import type { CandidateOptions } from './candidates.ts'

const { upstream, headers, connections } = readOptions<CandidateOptions>()
const app = Fastify()
await app.register(proxy, {
  upstream,
  prefix: '/api/molecules',
  rewritePrefix: '/rest/v1/molecules',
  undici: { connections, pipelining: 1 },
  replyOptions: { rewriteRequestHeaders: (_request, own) => ({ ...own, ...headers }) }
})
reportReady({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
