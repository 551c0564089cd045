// Every example of the OpenAPI document is true: it is what the service, with its own data, really answers.
import t from 'tap'
import { type Answer, type DescribedOperation, exampleOf, readDescription } from '../../support/openapi/document.ts'
import { startApp } from '../../support/service/app.ts'

type Parameter = DescribedOperation['parameters'][number]

interface Example {
  summary: string
  value: unknown
}

const app = await startApp(t, {})
const { operations, conforms, checkAnswer } = await readDescription(app)

/** What differs from one start to the next. */
const VOLATILE = new Set(['created_at', 'updated_at', 'node_version', 'stats'])

/** Of what is volatile only the shape: the names of its parts, or its type. */
const steady = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part) => {
    if (!VOLATILE.has(key)) return part
    return typeof part === 'object' ? Object.keys(part).sort() : typeof part
  })

const ask = (url: string, headers: Record<string, string> = {}): Promise<Answer> => app.inject({ url, headers })

for (const operation of operations) {
  const { id, responses, parameters } = operation

  t.test(`${id}: its answers`, async (t) => {
    for (const [type, { schema, examples = {} }] of Object.entries(responses[200]?.content ?? {})) {
      for (const { summary, value } of Object.values(examples) as Example[]) {
        conforms(t, schema, value, summary)
        const answer = await ask(summary.replace(/^GET /, ''), { accept: type })
        t.equal(answer.statusCode, 200, summary)
        t.equal(String(answer.headers['content-type']).split(';')[0], type)
        checkAnswer(t, id, answer)
        const isJson = type === 'application/json'
        t.strictSame(steady(isJson ? JSON.parse(answer.body) : answer.body), steady(value), summary)
      }
    }
  })

  /** But for one that stands in the place of another. */
  const allTogether = ({ name }: { name: string }) => name !== 'after'

  if (responses[304]) {
    t.test(`${id}: that nothing has changed`, async (t) => {
      const { etag } = (await askWith(operation, allTogether)).headers
      const answer = await askWith(operation, allTogether, { 'if-none-match': String(etag) })
      t.equal(answer.statusCode, 304)
      checkAnswer(t, id, answer)
    })
  }

  t.test(`${id}: a response that echoes the caller's own request id conforms`, async (t) => {
    const isRequired = ({ required }: Parameter) => required === true
    const answer = await askWith(operation, isRequired, { 'x-request-id': 'Root=1-67891233-abcdef' })
    t.equal(answer.headers['x-request-id'], 'Root=1-67891233-abcdef')
    checkAnswer(t, id, answer)
  })

  t.test(`${id}: its parameters`, async (t) => {
    for (const one of parameters) {
      conforms(t, one.schema, exampleOf(one), one.name)
      t.equal('example' in one, one.required === true, `${one.name} is filled in by Swagger UI only if it is required`)
    }
    for (const { name } of parameters) {
      const answer = await askWith(operation, (parameter) => parameter.required === true || parameter.name === name)
      t.equal(answer.statusCode, 200, `with ${name}`)
      checkAnswer(t, id, answer)
    }
    const together = await askWith(operation, allTogether)
    t.equal(together.statusCode, 200)
    if (id.startsWith('list') && responses[304])
      t.match(JSON.parse(together.body), { count: 1, total: 1 }, 'together they find something')
  })
}

t.test("an error that echoes the caller's own request id conforms", async (t) => {
  const answer = await ask('/api/molecules?limit=0', { 'x-request-id': 'Root=1-67891233-abcdef' })
  t.match(JSON.parse(answer.body), { request_id: 'Root=1-67891233-abcdef' })
  checkAnswer(t, 'listMolecules', answer)
})

t.test('the headers that examples show are those of the first example', async (t) => {
  const list = operations.find(({ id }) => id === 'listMolecules') as DescribedOperation
  const { link } = (await ask('/api/molecules?limit=1&name=glycer')).headers
  t.match(list.responses[200]?.headers?.link, { example: link })
})

function askWith(
  { path, parameters }: DescribedOperation,
  chosen: (parameter: Parameter) => boolean,
  headers: Record<string, string> = {}
): Promise<Answer> {
  const given = parameters.filter(chosen)
  const values = (place: string) =>
    given
      .filter((one) => one.in === place)
      .flatMap((one) => [exampleOf(one)].flat().map((value): [string, string] => [one.name, String(value)]))
  const inPath = Object.fromEntries(values('path'))
  const url = path.replaceAll(/{(\w+)}/g, (_, name) => inPath[name] as string)
  return ask(`${url}?${new URLSearchParams(values('query'))}`, { ...Object.fromEntries(values('header')), ...headers })
}
