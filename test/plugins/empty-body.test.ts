// Requests that announce no body, over a real socket: an injected one has a stream that ends when it is read.
import { request as send } from 'node:http'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'

/** Starts the service, and gives a function that sends a request and gives the status and the body of the response. */
async function start(t: Test) {
  const app = await startApp(t, {}, undefined, (app) => {
    app.addContentTypeParser('text/lines', { parseAs: 'string' }, async (_request: unknown, body: string) => [body])
    for (const method of ['POST', 'DELETE']) {
      app.route({ method, url: '/echo', handler: async ({ body = 'none' }) => ({ body }) })
    }
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return (method: string, headers: Record<string, string>, body?: string) =>
    new Promise<[number | undefined, Record<string, unknown>]>((resolve, reject) => {
      const request = send(
        `${url}/echo`,
        { method, headers: { connection: 'close', ...headers } },
        async (response) => {
          const chunks = await response.toArray()
          resolve([response.statusCode, JSON.parse(Buffer.concat(chunks).toString())])
        }
      )
      // Node would announce an empty one.
      if (!('content-length' in headers)) request.useChunkedEncodingByDefault = false
      request.on('error', reject).end(body)
    })
}

for (const method of ['POST', 'DELETE']) {
  t.test(`a ${method} without a body is responded to, whatever its content type`, async (t) => {
    const ask = await start(t)
    t.strictSame(await ask(method, {}), [200, { body: 'none' }])
    t.strictSame(await ask(method, { 'content-type': 'text/lines' }), [200, { body: [''] }])
    const [status, error] = await ask(method, { 'content-type': 'application/json' })
    t.equal(status, 400)
    t.match(error, { message: /Body cannot be empty/ })
    t.strictSame(await ask(method, { 'content-type': 'application/json', 'content-length': '2' }, '{}'), [
      200,
      { body: {} }
    ])
  })
}
