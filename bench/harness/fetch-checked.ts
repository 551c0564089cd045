import { isDeepStrictEqual } from 'node:util'
import { type Candidate, direct, type Page, type Upstream } from '../candidates/candidates.ts'

/** Fetches a page from a candidate and returns the body. Throws unless status, type and rows are those of the upstream. */
export async function fetchChecked(candidate: Candidate, upstream: Upstream, page: Page): Promise<string> {
  const rows = await ask(direct(upstream), page)
  const { length: count } = JSON.parse(rows)
  if (count !== page.limit) throw new Error(`The upstream gives ${count} rows instead of ${page.limit}`)
  const body = await ask(candidate, page)
  const expected = candidate.answer(rows, count)
  const right = candidate.verbatim ? body === expected : isDeepStrictEqual(JSON.parse(body), JSON.parse(expected))
  if (!right) throw new Error(`${candidate.name} does not give the page:\n${body}\ninstead of\n${expected}`)
  return body
}

async function ask(candidate: Candidate, page: Page): Promise<string> {
  const { url, headers = {}, name } = candidate
  const response = await fetch(`${url}${candidate.path(page)}`, { headers })
  const body = await response.text()
  const type = response.headers.get('content-type')
  if (response.status !== 200 || type !== 'application/json; charset=utf-8') {
    throw new Error(`${name} answers ${response.status} ${type}: ${body}`)
  }
  return body
}
