// The responses that the documentation shows are the service's own.
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { readPages } from '../support/docs/pages.ts'
import { startApp, waitForSearch } from '../support/service/app.ts'

const app = await startApp(t, {})
await waitForSearch(app)

/** The arguments of a command in which only single quotes are special. */
const splitCommand = (command: string) =>
  command.match(/(?:'[^']*'|\S)+/g)?.map((word) => word.replaceAll("'", '')) ?? []

function readCurl(command: string): { request: InjectOptions; showsHeaders: boolean } {
  const [, ...words] = splitCommand(command)
  const headers: Record<string, string> = {}
  let url = ''
  let method: 'GET' | 'POST' = 'GET'
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-H') {
      const [name = '', value = ''] = words.shift()?.split(': ') ?? []
      headers[name] = value
    } else if (word === '-X') method = words.shift() as 'POST'
    else if (!word.startsWith('-')) url = word.replace('http://localhost:5000', '')
  }
  return { request: { method, url, headers }, showsHeaders: words.includes('-i') || command.includes(' -i ') }
}

/** A body without what differs from one run to the next. */
function normalize(body: string, url: string): string {
  const text = body
    .replaceAll(/[\r\n]/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+\+00:00/g, '<time>')
    .replaceAll(/"request_id":"[^"]+"/g, '"request_id":"<id>"')
  return url === '/pool/stats' ? text.replaceAll(/\d+(\.\d+)?/g, '<number>') : text
}

/** Matches a text that is shown with `…` in the place of what is cut short. */
const toPattern = (shown: string) =>
  new RegExp(
    `^${shown
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`
  )

const examples = readPages().flatMap(({ path, text }) =>
  [...text.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .filter((entry) => entry.startsWith('curl '))
      .map((entry) => ({
        path,
        command: entry.split('\n', 1)[0] as string,
        shown: entry.slice(entry.indexOf('\n') + 1)
      }))
  )
)
t.ok(examples.length >= 8)

for (const { path, command, shown } of examples) {
  t.test(`${path} shows the response to: ${command}`, async (t) => {
    const { request, showsHeaders } = readCurl(command)
    const response = await app.inject(request)
    const end = showsHeaders ? shown.indexOf('\n\n') : 0
    const [status, ...headers] = showsHeaders ? shown.slice(0, end).replaceAll('\n ', ' ').split('\n') : []
    if (status) t.match(status, ` ${response.statusCode} `)
    for (const header of headers) {
      const [name = '', value] = header.split(/: (.*)/)
      t.equal(String(response.headers[name]), value, name)
    }
    const url = String(request.url)
    t.match(normalize(response.body, url), toPattern(normalize(shown.slice(end), url)))
  })
}
