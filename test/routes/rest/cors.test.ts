// Pages that use supabase-js in the browser.
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

const origin = 'https://a.example'

t.test(
  'a page of CORS_ORIGIN may send any header, use the methods that GATEWAY permits and read any header',
  async (t) => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('access-control-allow-origin', '*').setHeader('vary', 'Accept')
      sendRows(response, [])
    })
    t.teardown(() => upstream.close())
    for (const [GATEWAY, methods] of [
      ['read', 'GET, HEAD'],
      ['all', 'GET, HEAD, POST, PUT, PATCH, DELETE']
    ] as const) {
      const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', GATEWAY, CORS_ORIGIN: origin }
      const app = await startApp(t, settings)
      const preflight = await app.inject({
        method: 'OPTIONS',
        url: '/rest/v1/molecules',
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'apikey,authorization,x-client-info,prefer'
        }
      })
      t.match(preflight, {
        statusCode: 204,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': methods,
          'access-control-allow-headers': 'apikey,authorization,x-client-info,prefer'
        }
      })
      const response = await app.inject({ url: '/rest/v1/molecules', headers: { origin, apikey: 'key' } })
      t.match(response, {
        statusCode: 200,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-expose-headers': '*',
          vary: 'Origin, Accept'
        }
      })
      const refused = await app.inject({ url: '/rest/v1/molecules', headers: { origin } })
      t.match(
        refused,
        { statusCode: 401, headers: { 'access-control-allow-origin': origin } },
        'it may read errors too'
      )
      const other = await app.inject({
        url: '/rest/v1/molecules',
        headers: { origin: 'https://b.example', apikey: 'key' }
      })
      t.notOk('access-control-allow-origin' in other.headers, 'and not because Supabase permits it')
    }
  }
)
