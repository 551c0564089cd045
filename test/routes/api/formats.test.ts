import { parse } from 'csv-parse/sync'
import t from 'tap'
import { molecules as resource } from '../../../src/resources/molecules.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

const JSON_TYPE = 'application/json; charset=utf-8'
const CSV_TYPE = 'text/csv; charset=utf-8'
const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8'

const get = (accept?: string, query: Record<string, string> = {}) =>
  app.inject({ url: '/api/molecules', query, headers: accept === undefined ? {} : { accept } })

t.test('the caller gets the format that Accept prefers', async (t) => {
  const forms: [accept: string | undefined, type: string][] = [
    ...[undefined, '', '*/*', 'application/json', 'application/*', 'application/json; charset=UTF-8'].map(
      (accept): [string | undefined, string] => [accept, JSON_TYPE]
    ),
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', JSON_TYPE],
    ['text/csv', CSV_TYPE],
    ['text/*', CSV_TYPE],
    ['TEXT/CSV;charset=utf-8', CSV_TYPE],
    ['text/csv, application/json', CSV_TYPE],
    ['text/csv, */*;q=0.1', CSV_TYPE],
    ['application/json;q=0.5, text/csv;q=0.4', JSON_TYPE],
    ['application/json;q=0.5, text/csv;q=0.6', CSV_TYPE],
    ['application/json;q=0, */*', CSV_TYPE],
    ['application/x-ndjson', NDJSON_TYPE],
    ['application/x-ndjson;q=0.9, text/csv;q=0.8, application/json;q=0', NDJSON_TYPE]
  ]
  const { body } = await get()
  for (const [accept, type] of forms) {
    const response = await get(accept)
    t.equal(response.statusCode, 200, String(accept))
    t.equal(response.headers['content-type'], type, String(accept))
    t.equal(response.headers.vary, 'Authorization, Accept')
    if (type === JSON_TYPE) t.equal(response.body, body)
  }
})

t.test('an Accept without a supported format gets 406 without a request to Supabase', async (t) => {
  gateway.requests.length = 0
  for (const accept of [
    'text/html',
    'application/xml',
    'application/json;q=0',
    '*/*;q=0',
    'text/csv;header=absent',
    'x'
  ]) {
    const response = await get(accept)
    t.equal(response.statusCode, 406, accept)
    t.equal(response.headers['content-type'], JSON_TYPE)
    t.equal(response.headers.vary, 'Authorization, Accept')
    t.strictSame(response.json(), {
      status: 'error',
      message:
        'The header "Accept" must allow application/json, text/csv, application/x-ndjson or chemical/x-mdl-sdfile',
      code: 'NOT_ACCEPTABLE',
      request_id: response.headers['x-request-id']
    })
  }
  t.equal(gateway.requests.length, 0)
})

t.test('CSV and NDJSON have the same rows as JSON', async (t) => {
  const queries: Record<string, string>[] = [
    { limit: '1000' },
    { limit: '5', offset: '3', order: 'cid.desc' },
    { q: '\\', select: 'molecular_weight,name' },
    { q: 'Überstoff' },
    { select: 'name', q: ',' }
  ]
  for (const query of queries) {
    const { body: json } = await get('application/json', query)
    const { molecules } = JSON.parse(json)
    // Numbers as they are written: they may have more digits than a double.
    const written = JSON.parse(json, ((_name: string, value: unknown, { source }: { source: string }) =>
      typeof value === 'number' ? source : value) as Parameters<typeof JSON.parse>[1]).molecules
    t.ok(molecules.length > 0)
    const csv = await get('text/csv', query)
    const columns = query.select?.split(',') ?? resource.columnNames
    t.equal(csv.body.split('\r\n')[0], columns.join())
    // CSV knows texts only; what is missing is empty.
    const texts = written.map((molecule: Record<string, unknown>) =>
      Object.fromEntries(columns.map((column: string) => [column, String(molecule[column] ?? '')]))
    )
    t.strictSame(parse(csv.body, { columns: true, record_delimiter: '\r\n' }), texts)

    const { body } = await get('application/x-ndjson', query)
    t.match(body, /\}\n$/)
    t.strictSame(
      body
        .slice(0, -1)
        .split('\n')
        .map((line) => JSON.parse(line)),
      molecules
    )
  }
})

t.test('an empty page is a header line in CSV and empty in NDJSON', async (t) => {
  t.equal((await get('text/csv', { q: 'xyzzy' })).body, `${resource.columnNames}\r\n`)
  t.equal((await get('text/csv', { offset: '9999', select: 'cid,name', count: 'exact' })).body, 'cid,name\r\n')
  t.equal((await get('application/x-ndjson', { q: 'xyzzy' })).body, '')
})

t.test('CSV values are unchanged, those that a spreadsheet would read as a formula included', async (t) => {
  const rows = [
    { name: '=1+1', cid: null },
    { name: '@x', cid: -1 },
    { name: 'a\r\nb', cid: 0 }
  ]
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '0-2/*' }).end(JSON.stringify(rows))
  })
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  const url = '/api/molecules?select=name,cid'
  const csv = await app.inject({ url, headers: { accept: 'text/csv' } })
  t.equal(csv.body, 'name,cid\r\n=1+1,\r\n@x,-1\r\n"a\r\nb",0\r\n')
  const lines = await app.inject({ url, headers: { accept: 'application/x-ndjson' } })
  t.equal(lines.body, '{"name":"=1+1","cid":null}\n{"name":"@x","cid":-1}\n{"name":"a\\r\\nb","cid":0}\n')
})

interface Outcome {
  error: Error | undefined
  parsed: number
}

/** The outcome of content negotiation with this `Accept`, and how often it was parsed. */
function negotiate(accept: string): Outcome {
  const outcome: Outcome = { error: undefined, parsed: 0 }
  const type = () => {
    outcome.parsed++
    return 'text/csv'
  }
  const done = (error?: Error) => {
    outcome.error = error
  }
  app.negotiateFormat.call(app, { headers: { accept }, type } as never, { vary: () => {} } as never, done)
  return outcome
}

t.test('an "Accept" of more than 500 characters is refused before it is parsed', async (t) => {
  t.strictSame(negotiate('a'.repeat(500)), { error: undefined, parsed: 1 })
  const { error, parsed } = negotiate('a'.repeat(501))
  t.match(error, { statusCode: 400 })
  t.equal(parsed, 0)

  t.equal((await get(`*/*${' '.repeat(496)},`)).statusCode, 200)
  const response = await get('*/*,'.repeat(126))
  t.equal(response.statusCode, 400)
  t.equal(response.json().message, 'The header "Accept" must have at most 500 characters')
  t.equal(response.headers.vary, 'Authorization, Accept')
})

t.test('links and total are in the headers of every format', async (t) => {
  const query = { limit: '3', count: 'exact' }
  const { headers } = await get('application/json', query)
  for (const accept of ['text/csv', 'application/x-ndjson']) {
    const response = await get(accept, query)
    t.equal(response.headers.link, headers.link)
    t.match(response.headers['x-total-count'], /^\d+$/)
    t.equal(response.headers['x-total-count'], headers['x-total-count'])
  }
})

t.test('rows that are not JSON are an invalid response in every format that parses them', async (t) => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '0-0/*' }).end('[{"a":}]')
  })
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  for (const accept of ['text/csv', 'application/x-ndjson']) {
    const response = await app.inject({ url: '/api/molecules', headers: { accept } })
    t.equal(response.statusCode, 502)
    t.match(response.json(), { status: 'error', code: 'UPSTREAM_INVALID_ANSWER' })
    t.equal(response.headers['content-type'], JSON_TYPE)
  }
})
