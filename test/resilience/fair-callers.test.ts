// One caller sends many times as many requests as the pool has connections; the others wait for a few of them, not for all.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { percentile } from '../support/load/percentile.ts'
import { startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

const FLOOD = 100
const CONNECTIONS = 2
const FLOODER = '192.0.2.1'

t.test('a caller that floods the service holds up no other caller, whether by address or by token', async (t) => {
  const gateway = await startGateway()
  const clients = new Clients(FLOOD + 10)
  t.teardown(() => Promise.all([clients.close(), gateway.close()]))
  const app = await startApp(t, {
    ...gateway.environment,
    GATEWAY: 'read',
    TRUST_PROXY: 'true',
    DB_POOL_MIN_SIZE: `${CONNECTIONS}`,
    DB_POOL_MAX_SIZE: `${CONNECTIONS}`
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  const { anon } = gateway.keys
  const authenticate = () => ({ authorization: `Bearer ${gateway.userToken(randomUUID())}` })
  const sameAddress = { 'x-forwarded-for': FLOODER }
  const callers = [
    { path: '/api/molecules', headers: { 'x-forwarded-for': '192.0.2.2' } },
    { path: '/api/molecules', headers: { 'x-forwarded-for': '2001:db8::1' } },
    { path: '/api/molecules', headers: { ...sameAddress, ...authenticate() } },
    { path: '/rest/v1/molecules', headers: { ...sameAddress, ...authenticate(), apikey: anon } },
    { path: '/rest/v1/molecules', headers: { 'x-forwarded-for': '192.0.2.3', apikey: anon } }
  ]

  // Each request has an offset of its own, by which it is found again on its way.
  const parseOffset = (url = '') => Number(/offset=(\d+)/.exec(url)?.[1])
  const arrivedBefore = new Map<number, number>()
  app.server.on('request', ({ url }) => arrivedBefore.set(parseOffset(url), gateway.requests.length))
  let offset = 0
  const get = ({ path, headers }: (typeof callers)[number]) =>
    clients.get(`${url}${path}?limit=1&offset=${++offset}`, headers)
  // A token stands for itself once it has been accepted.
  for (const caller of callers) await get(caller)

  let done = false
  const statuses = new Set<number>()
  const flooder = { path: '/api/molecules', headers: sameAddress }
  const flood = runInLoops(
    FLOOD,
    () => !done,
    async () => statuses.add((await get(flooder)).status)
  )
  await waitFor(() => app.pool.stats().waiting >= FLOOD - CONNECTIONS - 10)
  const others: number[] = []
  await Promise.all(
    callers.map(async (caller) => {
      for (let i = 0; i < scale(20, 500); i++) {
        const response = get(caller)
        others.push(offset)
        statuses.add((await response).status)
      }
    })
  )
  done = true
  await flood

  t.strictSame([...statuses], [200])
  const positions = new Map(gateway.requests.map(({ url }, index) => [parseOffset(url), index]))
  const overtakenBy = others.map((one) => (positions.get(one) as number) - (arrivedBefore.get(one) as number))
  // Those that have a connection, and a turn of each of the others. In the order of arrival it would be a hundred.
  const most = Math.max(...overtakenBy)
  t.ok(most <= 2 * CONNECTIONS + callers.length + 1, `${most} requests at most went before`)
  reportFigure(
    t,
    `beside ${FLOOD} requests at a time of one caller, ${others.length} of others waited for ` +
      `${percentile(overtakenBy, 0.5)} requests, and ${most} at most`
  )
})

t.test(
  'who asks for what a flooding caller is already waiting for does not wait for the rest of the flood',
  async (t) => {
    const held: (() => void)[] = []
    const upstream = await startUpstream((_request, response) => void held.push(() => sendRows(response, [])))
    t.teardown(() => upstream.close())
    const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', GATEWAY: 'read', TRUST_PROXY: 'true' }
    const app = await startApp(t, { ...settings, DB_POOL_MIN_SIZE: '1', DB_POOL_MAX_SIZE: '1', PAGE: 'false' })
    const get = (url: string, address: string) =>
      app.inject({ url, headers: { apikey: 'key', 'x-forwarded-for': address } })

    for (const path of ['/api/molecules', '/rest/v1/molecules']) {
      const before = upstream.requests.length
      const flood = Array.from({ length: 20 }, (_, i) => get(`${path}?limit=1&offset=${i + 1}`, FLOODER))
      const popular = [get(`${path}?limit=2`, FLOODER)]
      await waitFor(() => app.pool.stats().waiting === 20)
      popular.push(get(`${path}?limit=2`, '192.0.2.2'))
      await waitFor(() => app.pool.stats().waiting === 21)
      let done = false
      const all = Promise.all([...flood, ...popular]).finally(() => {
        done = true
      })
      await waitFor(() => {
        held.shift()?.()
        return done
      })
      for (const { statusCode } of await all) t.equal(statusCode, 200)
      const urls = upstream.requests.slice(before).map(({ url }) => url)
      const position = urls.findIndex((url) => url.includes('limit=2'))
      t.ok(position <= 3, `${path}: ${position} requests went before`)
      t.equal(urls.filter((url) => url.includes('limit=2')).length, 1)
    }
  }
)
