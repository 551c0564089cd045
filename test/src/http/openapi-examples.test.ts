// Every example of the OpenAPI document is true: it is what the service, with its own data, really responses.
import t from 'tap'
import {
  type DescribedOperation,
  findExample,
  type ReceivedResponse,
  readDescription
} from '../../support/openapi/document.ts'
import { startApp, waitForSearch } from '../../support/service/app.ts'

type Parameter = DescribedOperation['parameters'][number]

interface Example {
  summary: string
  value: unknown
}

const app = await startApp(t, {})
await waitForSearch(app)
const { operations, conforms, checkResponse } = await readDescription(app)

/** What differs from one start to the next. */
const VOLATILE = new Set(['created_at', 'updated_at', 'node_version', 'stats'])

/** Parameters that stand in the place of others. */
const SEARCH = ['substructure', 'similar', 'min']

/** Of what is volatile only the shape: the names of its parts, or its type. */
const steady = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part) => {
    if (!VOLATILE.has(key)) return part
    return typeof part === 'object' ? Object.keys(part).sort() : typeof part
  })

const ask = (
  url: string,
  headers: Record<string, string> = {},
  method: DescribedOperation['method'] = 'GET'
): Promise<ReceivedResponse> => app.inject({ method, url, headers })

for (const operation of operations) {
  const { id, responses, parameters } = operation

  t.test(`${id}: its responses`, async (t) => {
    for (const [type, { schema, examples = {} }] of Object.entries(responses[200]?.content ?? {})) {
      for (const { summary, value } of Object.values(examples) as Example[]) {
        conforms(t, schema, value, summary)
        const response = await ask(summary.replace(/^GET /, ''), { accept: type })
        t.equal(response.statusCode, 200, summary)
        t.equal(String(response.headers['content-type']).split(';')[0], type)
        checkResponse(t, id, response)
        const isJson = type === 'application/json'
        t.strictSame(steady(isJson ? JSON.parse(response.body) : response.body), steady(value), summary)
      }
    }
  })

  const allTogether = ({ name }: Parameter) => name !== 'after' && !SEARCH.includes(name)

  if (responses[304]) {
    t.test(`${id}: that nothing has changed`, async (t) => {
      const { etag } = (await askWith(operation, allTogether)).headers
      const response = await askWith(operation, allTogether, { 'if-none-match': String(etag) })
      t.equal(response.statusCode, 304)
      checkResponse(t, id, response)
    })
  }

  t.test(`${id}: a response that echoes the caller's own request id conforms`, async (t) => {
    const isRequired = ({ required }: Parameter) => required === true
    const response = await askWith(operation, isRequired, { 'x-request-id': 'Root=1-67891233-abcdef' })
    t.equal(response.headers['x-request-id'], 'Root=1-67891233-abcdef')
    checkResponse(t, id, response)
  })

  t.test(`${id}: its parameters`, async (t) => {
    for (const one of parameters) {
      conforms(t, one.schema, findExample(one), one.name)
      t.equal('example' in one, one.required === true, `${one.name} is filled in by Swagger UI only if it is required`)
    }
    for (const { name } of parameters) {
      const names = name === 'min' ? ['similar', name] : [name]
      const response = await askWith(operation, (one) => one.required === true || names.includes(one.name))
      t.equal(response.statusCode, 200, `with ${name}`)
      checkResponse(t, id, response)
    }
    const together = await askWith(operation, allTogether)
    t.ok(together.statusCode in responses && together.statusCode < 300)
    if (id.startsWith('list') && responses[304])
      t.match(JSON.parse(together.body), { count: 1, total: 1 }, 'together they find something')
    if (parameters.some(({ name }) => name === 'similar')) {
      const excluded = ['after', 'offset', 'order', 'count', 'substructure']
      const search = await askWith(operation, ({ name }) => !excluded.includes(name))
      t.match(JSON.parse(search.body), { count: 1 }, 'with a search too')
      checkResponse(t, id, search)
    }
  })
}

t.test("an error that echoes the caller's own request id conforms", async (t) => {
  const response = await ask('/api/molecules?limit=0', { 'x-request-id': 'Root=1-67891233-abcdef' })
  t.match(JSON.parse(response.body), { request_id: 'Root=1-67891233-abcdef' })
  checkResponse(t, 'listMolecules', response)
})

t.test('the headers that examples show are those of the first example', async (t) => {
  const list = operations.find(({ id }) => id === 'listMolecules') as DescribedOperation
  const { link } = (await ask('/api/molecules?limit=1&name=glycer')).headers
  t.match(list.responses[200]?.headers?.link, { example: link })
})

function askWith(
  { path, method, parameters }: DescribedOperation,
  chosen: (parameter: Parameter) => boolean,
  headers: Record<string, string> = {}
): Promise<ReceivedResponse> {
  const given = parameters.filter(chosen)
  const values = (place: string) =>
    given
      .filter((one) => one.in === place)
      .flatMap((one) => [findExample(one)].flat().map((value): [string, string] => [one.name, String(value)]))
  const inPath = Object.fromEntries(values('path'))
  const url = path.replaceAll(/{(\w+)}/g, (_, name) => inPath[name] as string)
  const sent = { ...Object.fromEntries(values('header')), ...headers }
  return ask(`${url}?${new URLSearchParams(values('query'))}`, sent, method)
}
