import { isDeepStrictEqual } from 'node:util'
import { type Candidate, createDirect, type Page, type Upstream } from '../candidates/candidates.ts'

/** Fetches a page from a candidate and returns the body. Throws unless status, content type and rows are the upstream's. */
export async function fetchChecked(candidate: Candidate, upstream: Upstream, page: Page): Promise<string> {
  const rows = await fetchPage(createDirect(upstream), page)
  const { length: count } = JSON.parse(rows)
  if (count !== page.limit) throw new Error(`The upstream returns ${count} rows instead of ${page.limit}`)
  const body = await fetchPage(candidate, page)
  const expected = candidate.wrapRows(rows, count)
  const isRight = candidate.isVerbatim ? body === expected : isDeepStrictEqual(JSON.parse(body), JSON.parse(expected))
  if (!isRight) throw new Error(`${candidate.name} does not return the page:\n${body}\ninstead of\n${expected}`)
  return body
}

async function fetchPage(candidate: Candidate, page: Page): Promise<string> {
  const { url, headers = {}, name } = candidate
  const response = await fetch(`${url}${candidate.path(page)}`, { headers })
  const body = await response.text()
  const type = response.headers.get('content-type')
  if (response.status !== 200 || type !== 'application/json; charset=utf-8') {
    throw new Error(`${name} responds with ${response.status} ${type}: ${body}`)
  }
  return body
}
