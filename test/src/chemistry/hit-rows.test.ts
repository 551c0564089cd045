import t from 'tap'
import { collectRows, type HitPage, type HitSource } from '../../../src/chemistry/hit-rows.ts'
import type { Hit } from '../../../src/chemistry/search.ts'

const page: HitPage = { after: undefined, limit: 10, maxIds: 150, showsId: true }

/** A search with so many hits, `0000` the best, of which some have rows, with what was asked for. */
function createSource(count: number, hasRow: (n: number) => boolean = () => true, options: { mostRows?: number } = {}) {
  const { mostRows = Infinity } = options
  const hits: Hit[] = Array.from({ length: count }, (_, i) => ({
    id: String(i).padStart(4, '0'),
    score: 1 - i / 10_000
  }))
  const asked: number[] = []
  const source: HitSource = {
    find: async (after, limit) => {
      const begin = after ? Number(after.id) + 1 : 0
      return hits.slice(begin, begin + limit)
    },
    fetchRows: async (ids) => {
      asked.push(ids.length)
      // In an order of their own.
      const found = ids.filter((id) => hasRow(Number(id))).reverse()
      const rows = found.slice(0, mostRows).map((id) => ({ id, n: Number(id) }))
      return { rows: Buffer.from(JSON.stringify(rows)), count: rows.length, total: found.length }
    }
  }
  return { source, asked }
}

const numbers = (rows: Buffer) => JSON.parse(rows.toString()).map(({ n }: { n: number }) => n)
const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i)

t.test(
  'rows come in the order of the hits, with their scores, and no more are asked for than are needed',
  async (t) => {
    const { source, asked } = createSource(100)
    const { rows, count, end } = await collectRows(source, { ...page, limit: 3 })
    t.equal(
      rows.toString(),
      '[{"id":"0000","n":0,"score":1},{"id":"0001","n":1,"score":0.9999},{"id":"0002","n":2,"score":0.9998}]'
    )
    t.equal(count, 3)
    t.match(end, { id: '0002', score: 0.9998 })
    t.strictSame(asked, [3])
    const next = await collectRows(source, { ...page, after: end })
    t.strictSame(numbers(next.rows), range(3, 13))
  }
)

t.test('a page of many rows takes several requests', async (t) => {
  const { source, asked } = createSource(1000)
  const { rows, end } = await collectRows(source, { ...page, limit: 400 })
  t.strictSame(numbers(rows), range(0, 400))
  t.match(end, { id: '0399' })
  t.strictSame(asked, [150, 150, 100])
})

t.test('hits without rows are passed over, with more ids at a time the more of them there are', async (t) => {
  const { source, asked } = createSource(1000, (n) => n % 10 === 9)
  const { rows, end } = await collectRows(source, page)
  t.strictSame(
    numbers(rows),
    range(0, 10).map((n) => n * 10 + 9)
  )
  t.match(end, { id: '0099' })
  t.strictSame(asked, [10, 90])
})

t.test('at the end of the hits a page is shorter, and one without rows has no end', async (t) => {
  const { source } = createSource(12)
  const last = await collectRows(source, { ...page, after: { id: '0009', score: 0 } })
  t.strictSame(numbers(last.rows), [10, 11])
  t.match(last.end, { id: '0011' })
  const beyond = await collectRows(source, { ...page, after: last.end })
  t.strictSame(beyond, { count: 0, rows: Buffer.from('[]'), end: undefined })
  t.strictSame((await collectRows(createSource(5, () => false).source, page)).end, undefined)
})

t.test('a page that would take more than fifty requests ends early, and the next one goes on from there', async (t) => {
  const { source, asked } = createSource(9000, (n) => n === 8000)
  const first = await collectRows(source, page)
  t.equal(asked.length, 50)
  t.equal(first.count, 0)
  t.ok(first.end)
  const second = await collectRows(source, { ...page, after: first.end })
  t.strictSame(numbers(second.rows), [8000])
})

t.test('a page ends early before it takes too much memory', async (t) => {
  const { source } = createSource(1000)
  const text = 'x'.repeat(100_000)
  const large: HitSource = {
    ...source,
    fetchRows: async (ids) => {
      const rows = ids.map((id) => ({ id, n: Number(id), text }))
      return { rows: Buffer.from(JSON.stringify(rows)), count: rows.length }
    }
  }
  const { rows, count, end } = await collectRows(large, { ...page, limit: 1000, maxIds: 30 })
  t.ok(count < 120 && count >= 84, `${count} rows`)
  t.ok(rows.length < 12 * 1024 * 1024)
  t.strictSame(Number(end?.id), count - 1)
})

t.test('where a project gives fewer rows at a time than it is asked for, none is left out', async (t) => {
  const { source, asked } = createSource(100, (n) => n !== 5, { mostRows: 4 })
  const { rows } = await collectRows(source, page)
  t.strictSame(numbers(rows), [0, 1, 2, 3, 4, 6, 7, 8, 9, 10])
  t.ok(asked.length > 3)

  const liar: HitSource = {
    ...source,
    fetchRows: async () => ({ rows: Buffer.from('[{"id":"0000","n":0}]'), count: 1, total: 9 })
  }
  t.strictSame(numbers((await collectRows(liar, page)).rows), [0], 'one that gives the same rows for ever is given up')
})

t.test('rows keep their source text, and lose the id where it is not asked for', async (t) => {
  const { source } = createSource(1)
  const odd: HitSource = {
    ...source,
    fetchRows: async () => ({
      rows: Buffer.from('[{"name" : "id","x":0.12345678901234567890,\n"id":"0000","µ":[{"id": 1}]}]'),
      count: 1
    })
  }
  const write = async (showsId: boolean) => (await collectRows(odd, { ...page, showsId })).rows.toString()
  t.equal(await write(true), '[{"name":"id","x":0.12345678901234567890,"id":"0000","µ":[{"id": 1}],"score":1}]')
  t.equal(await write(false), '[{"name":"id","x":0.12345678901234567890,"µ":[{"id": 1}],"score":1}]')
  const nameless: HitSource = { ...source, fetchRows: async () => ({ rows: Buffer.from('[{}]'), count: 1 }) }
  t.strictSame((await collectRows(nameless, page)).count, 0)
})
