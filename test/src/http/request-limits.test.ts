import t from 'tap'
import { cutQuery, hasTooManyParameters, MAX_PARAMETERS, MAX_URL_LENGTH } from '../../../src/http/request-limits.ts'

const many = (count: number) => Array.from({ length: count }, (_, i) => `p${i}=`).join('&')

t.test('a query has too many parameters from the 101st on, empty ones included', async (t) => {
  t.notOk(hasTooManyParameters('/path'))
  t.notOk(hasTooManyParameters('/path?'))
  t.notOk(hasTooManyParameters(`/path${'&'.repeat(MAX_PARAMETERS)}?${many(MAX_PARAMETERS)}`))
  t.ok(hasTooManyParameters(`/path?${many(MAX_PARAMETERS + 1)}`))
  t.ok(hasTooManyParameters(`/path?${'&'.repeat(MAX_PARAMETERS)}`))
})

t.test('a URL within the limits is not cut', async (t) => {
  const longest = `/path?${'a'.repeat(MAX_URL_LENGTH - '/path?'.length)}`
  for (const url of ['', '/path', '/path?', `/path?${many(MAX_PARAMETERS)}`, longest]) t.equal(cutQuery(url), url)
})

t.test('a URL beyond a limit is cut just behind it', async (t) => {
  t.equal(cutQuery(`/path?${many(5_000)}`), `/path?${many(MAX_PARAMETERS)}&`)
  t.equal(cutQuery(`/path?${'a'.repeat(MAX_URL_LENGTH)}`).length, MAX_URL_LENGTH + 1)
  const path = `/${'%F0%9F%98%80'.repeat(1_200)}`
  t.equal(cutQuery(path), path, 'a path is not: it would no longer be readable')
  t.equal(cutQuery(`${path}?${many(5_000)}`), `${path}?`)
})
