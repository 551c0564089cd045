// The statistics of the pool as server-sent events.
import t from 'tap'
import { noProject, startApp } from '../support/service/app.ts'

const headers = { accept: 'text/event-stream' }
const ADMIN_TOKEN = '0123456789abcdef'

t.test('the statistics come at once and again every second, for longer than a client may be idle', async (t) => {
  const app = await startApp(t, {
    ...noProject,
    CLIENT_TIMEOUT: '1',
    DB_POOL_ACQUIRE_TIMEOUT: '0.1',
    SUPABASE_REQUEST_TIMEOUT: '0.4'
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${origin}/pool/stats`, { headers })
  t.equal(response.headers.get('content-type'), 'text/event-stream')
  t.equal(response.headers.get('cache-control'), 'no-store')
  const events = readEvents(response)
  for (let i = 0; i < 4; i++) {
    const { value } = await events.next()
    t.match(value, { status: 'success', stats: { max_size: 10 } })
  }
  await events.return()
})

t.test('a HEAD, and an Accept of another type, get no stream', async (t) => {
  const app = await startApp(t, noProject)
  t.match((await app.inject({ url: '/pool/stats', headers: { accept: '*/*' } })).json(), { status: 'success' })
  t.equal((await app.inject({ method: 'HEAD', url: '/pool/stats', headers })).statusCode, 200)
})

t.test('a stream needs the admin token where there is one', async (t) => {
  const app = await startApp(t, { ...noProject, ADMIN_TOKEN })
  t.equal((await app.inject({ url: '/pool/stats', headers })).statusCode, 401)
})

t.test('at most 20 streams are open at a time, and one that ends makes room', async (t) => {
  const app = await startApp(t, noProject)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const controller = new AbortController()
  const open = (signal?: AbortSignal) => fetch(`${origin}/pool/stats`, { headers, signal: signal ?? null })
  const all = await Promise.all(Array.from({ length: 20 }, () => open(controller.signal)))
  t.ok(all.every(({ status }) => status === 200))
  const refused = await open()
  t.equal(refused.status, 503)
  t.ok(refused.headers.has('retry-after'))
  t.match(await refused.json(), { code: 'OVERLOADED', message: /20 event streams are open already$/ })
  controller.abort()
  let status = 503
  while (status === 503) {
    const response = await open()
    status = response.status
    await response.body?.cancel()
  }
  t.equal(status, 200)
})

t.test('a stream ends with the service, and does not hold its shutdown up', async (t) => {
  const app = await startApp(t, { ...noProject, SHUTDOWN_TIMEOUT: '60' })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${origin}/pool/stats`, { headers })
  const events = readEvents(response)
  await events.next()
  const [closed, rest] = await Promise.allSettled([app.close(), drain(events)])
  t.equal(closed.status, 'fulfilled')
  t.equal(rest.status, 'fulfilled', 'the stream ends as a whole response')
})

async function* readEvents(response: Response) {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() as string
    for (const event of events) yield JSON.parse(event.replace(/^data: /, ''))
  }
}

async function drain(events: AsyncGenerator): Promise<void> {
  for await (const _ of events);
}
