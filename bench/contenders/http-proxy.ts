// @fastify/http-proxy: PostgREST's own answer, passed through; nothing is wrapped.
import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { given, ready } from '../child.ts'
import type { ContenderOptions } from '../contenders.ts'

const { upstream, headers, connections } = given<ContenderOptions>()
const app = Fastify()
await app.register(proxy, {
  upstream,
  prefix: '/api/molecules',
  rewritePrefix: '/rest/v1/molecules',
  undici: { connections, pipelining: 1 },
  replyOptions: { rewriteRequestHeaders: (_request, own) => ({ ...own, ...headers }) }
})
ready({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
