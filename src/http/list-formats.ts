import { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import type { Page } from '../supabase/page.ts'
import { type JsonRow, readText, sliceRows, toLatin1 } from './json-rows.ts'
import { isSmallText } from './small-bodies.ts'
import { createTaskQueue } from './task-queue.ts'

/** A page of a list. */
export interface List {
  /** What its rows are called, for instance `molecules`. */
  readonly name: string
  /** The columns of a table, in this order. */
  readonly columns: readonly string[]
  readonly page: Page
}

/** A format of lists. */
export interface ListFormat {
  /** The content type. */
  readonly type: string
  /** Columns that it is made of, whether a caller asks for them or not. */
  readonly needs?: readonly string[]
  write(list: List): Buffer | string | Promise<Buffer>
}

const NONE = { envelope: '' }

/**
 * The last one made. Callers who share a response of Supabase's share it: they are served one right after the other, and one
 * of 482 kB takes 0.1 ms and its size in memory to make. A large one is not kept for longer.
 */
let latest: { name?: string; page?: Page; envelope: Buffer | string } = NONE

function forgetLatest(): void {
  latest = NONE
}

/** An envelope around the rows, which are sent as they were received. */
const json: ListFormat = {
  type: 'application/json; charset=utf-8',
  write: ({ name, page }) => {
    const { count, total, rows } = page
    if (name !== latest.name || rows !== latest.page?.rows || total !== latest.page.total) {
      const counts = total === undefined ? `"count":${count}` : `"count":${count},"total":${total}`
      latest = { name, page, envelope: wrapRows(`{"status":"success",${counts},"${name}":`, rows) }
      if (rows.length > SLICE_LENGTH) setImmediate().then(forgetLatest)
    }
    return latest.envelope
  }
}

function wrapRows(head: string, rows: Buffer): Buffer | string {
  return isSmallText(rows)
    ? `${head}${rows.toString('latin1')}}`
    : Buffer.concat([Buffer.from(head), rows, Buffer.from('}')])
}

/**
 * A table with a header line (RFC 4180). Not by PostgREST, whose CSV doubles every backslash, which SMILES are full of, and
 * has no header when it has no rows (https://github.com/PostgREST/postgrest/issues/1374).
 */
const csv: ListFormat = {
  type: 'text/csv; charset=utf-8',
  write: shareResult(({ columns, page }) => {
    const places = new Map(columns.map((column, i) => [toLatin1(JSON.stringify(column)), i]))
    const writeRow = ({ members }: JsonRow) => {
      const fields: string[] = Array(columns.length).fill('')
      for (let i = 0; i < members.length; i += 2) {
        const place = places.get(members[i] as string)
        if (place !== undefined) fields[place] = quoteField(readText(members[i + 1] as string))
      }
      return toLine(fields)
    }
    return joinRows(page.rows, toLine(columns.map((column) => quoteField(toLatin1(column)))), writeRow)
  })
}

/** A row's JSON in each line (https://github.com/ndjson/ndjson-spec). */
const ndjson: ListFormat = {
  type: 'application/x-ndjson; charset=utf-8',
  // A line break can only stand between tokens: in a string JSON escapes it.
  write: shareResult(({ page }) => joinRows(page.rows, '', ({ text }) => `${text.replace(/[\r\n]+/g, '')}\n`))
}

/** Characters that are written in one turn of the event loop: a few milliseconds' work. */
const SLICE_LENGTH = 256 * 1024

/** Large pages are written one at a time: each takes several times its size meanwhile, and there is one thread all the same. */
const queueLarge = createTaskQueue()

function joinRows(rows: Buffer, header: string, writeRow: (row: JsonRow) => string): Promise<Buffer> {
  const write = () => writeRows(rows, header, writeRow)
  return rows.length <= SLICE_LENGTH ? write() : queueLarge(write)
}

/** Writes rows one by one, and yields to the event loop in between where there are many. */
async function writeRows(rows: Buffer, header: string, writeRow: (row: JsonRow) => string): Promise<Buffer> {
  const slices: Buffer[] = []
  let slice = header
  for (const row of sliceRows(rows)) {
    slice += writeRow(row)
    if (slice.length < SLICE_LENGTH) continue
    slices.push(Buffer.from(slice, 'latin1'))
    slice = ''
    await setImmediate()
  }
  return Buffer.concat([...slices, Buffer.from(slice, 'latin1')])
}

/** Callers who share a read have the same buffer of rows, and share what is made of it. */
export function shareResult(write: (list: List) => Promise<Buffer>): (list: List) => Promise<Buffer> {
  const written = new WeakMap<Buffer, { columns: string; body: Promise<Buffer> }>()
  return (list) => {
    const columns = list.columns.join()
    const known = written.get(list.page.rows)
    if (known?.columns === columns) return known.body
    const body = write(list)
    written.set(list.page.rows, { columns, body })
    return body
  }
}

function quoteField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Readers skip a blank line, so a sole field without a value is quoted. */
function toLine(fields: readonly string[]): string {
  const line = fields.join()
  return line.trim() === '' ? `"${line}"\r\n` : `${line}\r\n`
}

/** The formats by media type, the preferred one first. */
export const listFormats: Readonly<Record<string, ListFormat>> = {
  'application/json': json,
  'text/csv': csv,
  'application/x-ndjson': ndjson
}

/** The media type of SD files, which are a format of lists with structures. */
export const SDF_TYPE = 'chemical/x-mdl-sdfile'

/** What a request must accept to get one of these media types. */
export function describeAccepted(types: readonly string[]): string {
  return `The header "Accept" must allow ${types.slice(0, -1).join(', ')} or ${types.at(-1)}`
}
