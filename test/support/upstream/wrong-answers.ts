// Has the bench measure candidates that give wrong answers, and tells what it makes of them.
import type { RequestListener } from 'node:http'
import type { Candidate } from '../../../bench/candidates/candidates.ts'
import { fetchChecked } from '../../../bench/harness/fetch-checked.ts'
import { measure } from '../../../bench/harness/measure.ts'
import { stopAll } from '../../../bench/harness/processes.ts'
import { sendRows, startUpstream } from './upstream.ts'

const page = { limit: 2, offset: 0 }
const requests = 20
const rows = [{ name: 'Glycerol' }, { name: 'Methanol' }]
const postgrest = await startUpstream((_request, response) => sendRows(response, rows))

const answers: Record<string, RequestListener> = {
  right: (_request, response) => sendRows(response, rows),
  'another status': (_request, response) => {
    response.statusCode = 500
    response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(rows))
  },
  'other values': (_request, response) => sendRows(response, rows.toReversed()),
  'another type': (_request, response) => response.end(JSON.stringify(rows)),
  'a row less': (_request, response) => sendRows(response, rows.slice(1)),
  'no answer': (_request, response) => response.destroy()
}

const outcomes: Record<string, string> = {}
for (const [name, answer] of Object.entries(answers)) {
  const { url, close } = await startUpstream(answer)
  const candidate: Candidate = { name, url, path: () => '/', answer: (text) => text, verbatim: true }
  const checked = await outcome(fetchChecked(candidate, { url: postgrest.url, key: '' }, page))
  const measured = await outcome(measure(candidate, { pages: [page], clients: 2, requests }, JSON.stringify(rows)))
  const isVoid = measured.endsWith(`${requests} of ${requests} answers were wrong or missing`)
  outcomes[name] = checked === 'ok' ? 'accepted' : isVoid ? `refused, and all ${requests} void` : 'refused'
  await close()
}
console.log(JSON.stringify(outcomes))
await postgrest.close()
await stopAll()
// Not once the connections of fetch have idled for long enough.
process.exit()

async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'ok'
  } catch (error) {
    return (error as Error).message
  }
}
