import { isDeepStrictEqual } from 'node:util'
import { type Contender, direct, type Page, type Upstream } from './contenders.ts'

/** Asks a contender for a page, and gives the body when all is as it should be; throws when anything is not. */
export async function checkedAnswer(contender: Contender, upstream: Upstream, page: Page): Promise<string> {
  const rows = await ask(direct(upstream), page)
  const { length: count } = JSON.parse(rows)
  if (count !== page.limit) throw new Error(`The upstream gives ${count} rows instead of ${page.limit}`)
  const body = await ask(contender, page)
  const expected = contender.answer(rows, count)
  const right = contender.verbatim ? body === expected : isDeepStrictEqual(JSON.parse(body), JSON.parse(expected))
  if (!right) throw new Error(`${contender.name} does not give the page:\n${body}\ninstead of\n${expected}`)
  return body
}

async function ask(contender: Contender, page: Page): Promise<string> {
  const { url, headers = {}, name } = contender
  const response = await fetch(`${url}${contender.path(page)}`, { headers })
  const body = await response.text()
  const type = response.headers.get('content-type')
  if (response.status !== 200 || type !== 'application/json; charset=utf-8') {
    throw new Error(`${name} answers ${response.status} ${type}: ${body}`)
  }
  return body
}
