import { type JsonRow, sliceRows } from '../http/json-rows.ts'
import type { Hit } from './search.ts'

/** The most requests for rows that one page may cost: with filters that hardly any hit meets it ends early. */
const MAX_REQUESTS = 50
/** The size, in characters, at which a page ends early. */
const MAX_LENGTH = 8 * 1024 * 1024

export interface HitSource {
  /** The next hits, fewer than `limit` only at the end. */
  find(after: Hit | undefined, limit: number): Promise<readonly Hit[]>
  /** The rows with these ids that the caller may see and asks for, as JSON with their ids, and how many there are. */
  fetchRows(ids: readonly string[]): Promise<{ rows: Buffer; count: number; total?: number }>
}

export interface HitPage {
  /** The hit in front of the page; undefined for the first page. */
  readonly after: Hit | undefined
  /** Rows at most. */
  readonly limit: number
  /** Ids that may be asked for at a time. */
  readonly maxIds: number
  /** Whether the rows show their ids. */
  readonly showsId: boolean
}

export interface HitRows {
  readonly count: number
  /** A JSON array of objects, which have their `score` besides. */
  readonly rows: Buffer
  /** Where the next page begins; undefined if this one is empty because there are no more hits. */
  readonly end: Hit | undefined
}

/** Collects a page of rows in the order of the hits: hits whose rows are filtered or hidden are passed over. */
export async function collectRows(source: HitSource, { after, limit, maxIds, showsId }: HitPage): Promise<HitRows> {
  const rows: string[] = []
  let [length, asked, end, goesOn] = [0, 0, after, true]
  for (let requests = 0; goesOn && requests < MAX_REQUESTS && rows.length < limit && length < MAX_LENGTH; requests++) {
    // As many as are needed if the share of the hits that have rows stays what it was.
    const size = Math.min(maxIds, Math.ceil(((limit - rows.length) * (asked || 1)) / (rows.length || 1)))
    const hits = await source.find(end, size)
    asked += hits.length
    goesOn = hits.length === size
    const found = await fetchById(
      source,
      hits.map(({ id }) => id)
    )
    for (const hit of hits) {
      if (rows.length === limit) break
      end = hit
      const row = found.get(hit.id)
      if (!row) continue
      const text = writeRow(row, hit.score, showsId)
      rows.push(text)
      length += text.length
    }
  }
  return {
    count: rows.length,
    rows: Buffer.from(`[${rows}]`, 'latin1'),
    end: rows.length > 0 || goesOn ? end : undefined
  }
}

/** A project may give fewer rows at a time than it is asked for: then the others are asked for again. */
async function fetchById(source: HitSource, ids: readonly string[]): Promise<Map<string, JsonRow>> {
  const found = new Map<string, JsonRow>()
  let missing = ids
  while (missing.length > 0) {
    const { rows, count, total = count } = await source.fetchRows(missing)
    const known = found.size
    for (const row of sliceRows(rows)) found.set(readId(row), row)
    if (count >= total || found.size === known) break
    missing = missing.filter((id) => !found.has(id))
  }
  return found
}

function readId({ members }: JsonRow): string {
  const place = members.findIndex((text, i) => i % 2 === 0 && text === '"id"')
  return (members[place + 1] ?? '').slice(1, -1)
}

/** The row as it was received, with its score as the last member. */
function writeRow({ members }: JsonRow, score: number, showsId: boolean): string {
  const parts: string[] = []
  for (let i = 0; i < members.length; i += 2) {
    const name = members[i] as string
    if (showsId || name !== '"id"') parts.push(`${name}:${members[i + 1]}`)
  }
  return `{${[...parts, `"score":${score}`]}}`
}
