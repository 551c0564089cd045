// Measures candidates that give right and wrong responses, and prints the bench's verdict on each as JSON.
import type { RequestListener } from 'node:http'
import type { Candidate } from '../../bench/candidates/candidates.ts'
import { fetchChecked } from '../../bench/harness/fetch-checked.ts'
import { measure } from '../../bench/harness/measure.ts'
import { stopAll } from '../../bench/harness/processes.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const page = { limit: 2, offset: 0 }
const requests = 20
const rows = [{ name: 'Glycerol' }, { name: 'Methanol' }]
const postgrest = await startUpstream((_request, response) => sendRows(response, rows))

const responses: Record<string, RequestListener> = {
  correct: (_request, response) => sendRows(response, rows),
  'another status': (_request, response) => {
    response.statusCode = 500
    response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(rows))
  },
  'other values': (_request, response) => sendRows(response, rows.toReversed()),
  'another content type': (_request, response) => response.end(JSON.stringify(rows)),
  'a row missing': (_request, response) => sendRows(response, rows.slice(1)),
  'no response': (_request, response) => response.destroy()
}

const verdicts: Record<string, string> = {}
for (const [name, respond] of Object.entries(responses)) {
  const { url, close } = await startUpstream(respond)
  const candidate: Candidate = { name, url, path: () => '/', wrapRows: (text) => text, isVerbatim: true }
  const checked = await getOutcome(fetchChecked(candidate, { url: postgrest.url, key: '' }, page))
  const measured = await getOutcome(measure(candidate, { pages: [page], clients: 2, requests }, JSON.stringify(rows)))
  const isVoid = measured.endsWith(`${requests} of ${requests} responses were wrong or missing`)
  verdicts[name] = checked === 'ok' ? 'accepted' : isVoid ? `rejected, and all ${requests} void` : 'rejected'
  await close()
}
console.log(JSON.stringify(verdicts))
await postgrest.close()
await stopAll()
// Without waiting for the keep-alive connections of fetch.
process.exit()

async function getOutcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'ok'
  } catch (error) {
    return (error as Error).message
  }
}
