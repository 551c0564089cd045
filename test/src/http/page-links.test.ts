import t from 'tap'
import { buildPageLinks } from '../../../src/http/page-links.ts'

/** The offsets by relation. */
function offsets(query: { limit: number; offset: number }, count: number, total?: number): Record<string, number> {
  const links = String(buildPageLinks('/rows', query, { count, total })).split(', ')
  return Object.fromEntries(
    links.map((link) => {
      const [, limit, offset, relation] = /^<\/rows\?limit=(\d+)&offset=(\d+)>; rel="(\w+)"$/.exec(link) ?? []
      t.equal(Number(limit), query.limit)
      return [relation, Number(offset)]
    })
  )
}

t.test('without a total every page with rows may have a next one: Supabase may give fewer than were asked for', (t) => {
  t.strictSame(offsets({ limit: 10, offset: 0 }, 10), { first: 0, next: 10 })
  t.strictSame(offsets({ limit: 10, offset: 10 }, 10), { first: 0, prev: 0, next: 20 })
  t.strictSame(offsets({ limit: 10, offset: 25 }, 9), { first: 0, prev: 15, next: 34 })
  t.strictSame(offsets({ limit: 10, offset: 5 }, 0), { first: 0, prev: 0 })
  t.end()
})

t.test('with a total the last page has no next link', (t) => {
  t.strictSame(offsets({ limit: 10, offset: 0 }, 10, 25), { first: 0, next: 10, last: 20 })
  t.strictSame(offsets({ limit: 10, offset: 10 }, 10, 20), { first: 0, prev: 0, last: 10 })
  t.strictSame(offsets({ limit: 10, offset: 20 }, 5, 25), { first: 0, prev: 10, last: 20 })
  t.strictSame(offsets({ limit: 10, offset: 0 }, 0, 0), { first: 0, last: 0 })
  t.end()
})

t.test('the last page is one that the next ones lead to', (t) => {
  t.strictSame(offsets({ limit: 10, offset: 5 }, 10, 84), { first: 0, prev: 0, next: 15, last: 75 })
  t.strictSame(offsets({ limit: 10, offset: 5 }, 0, 3), { first: 0, prev: 0, last: 0 })
  t.end()
})

t.test('a page past the end links back to the last page', (t) => {
  t.strictSame(offsets({ limit: 10, offset: 1000 }, 0, 84), { first: 0, prev: 74, last: 80 })
  t.strictSame(offsets({ limit: 10, offset: 1000 }, 0, 5), { first: 0, prev: 0, last: 0 })
  t.end()
})

t.test('rows deleted while paging lead to no endless links', (t) => {
  t.strictSame(offsets({ limit: 10, offset: 10 }, 0, 25), { first: 0, prev: 0, last: 20 })
  t.end()
})

t.test('where Supabase gives fewer rows than were asked for, none is left out', (t) => {
  t.strictSame(offsets({ limit: 500, offset: 100 }, 100, 250), { first: 0, prev: 0, next: 200, last: 200 })
  t.end()
})

t.test('links keep all other parameters, encoded', (t) => {
  const query = { q: 'a>; rel="next", <b&c', name: '冷 +%', limit: 1, offset: 0 }
  const [first, ...others] = String(buildPageLinks('/rows', query, { count: 0, total: undefined })).split(', ')
  t.strictSame(others, [])
  t.match(first, /^<[!-;=?-~]+>; rel="first"$/)
  const { searchParams } = new URL(first?.slice(1, first.indexOf('>')) as string, 'http://x')
  t.strictSame(Object.fromEntries(searchParams), { ...query, limit: '1', offset: '0' })
  t.end()
})
