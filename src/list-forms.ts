import { stringify } from 'csv-stringify/sync'
import { type Page, rowsOf } from './supabase/page.ts'

/** A page of a list. */
export interface List {
  /** What the rows are, for instance `molecules`. */
  readonly name: string
  /** The columns of a table that has them in this order. */
  readonly columns: readonly string[]
  readonly page: Page
}

/** A form that a list can be sent in. */
export interface ListForm {
  /** The content type. */
  readonly type: string
  write(list: List): Buffer | string
}

const END = Buffer.from('}')

/** The last one made. Callers who share an answer of Supabase's share it: they are served one right after the other. */
let latest: { name?: string; page?: Page; envelope: Buffer } = { envelope: END }

/** An envelope. The rows go out as they came in: nothing is gained by parsing them. */
const json: ListForm = {
  type: 'application/json; charset=utf-8',
  write: ({ name, page }) => {
    const { count, total, rows } = page
    if (name !== latest.name || rows !== latest.page?.rows || total !== latest.page.total) {
      const counts = total === undefined ? `"count":${count}` : `"count":${count},"total":${total}`
      const open = Buffer.from(`{"status":"success",${counts},"${name}":`)
      latest = { name, page, envelope: Buffer.concat([open, rows, END]) }
    }
    return latest.envelope
  }
}

/**
 * A table with a header line (RFC 4180). Not by PostgREST, whose CSV doubles every backslash, which SMILES are full of, and
 * has no header when it has no rows (https://github.com/PostgREST/postgrest/issues/1374).
 */
const csv: ListForm = {
  type: 'text/csv; charset=utf-8',
  write: ({ columns, page }) =>
    stringify(rowsOf(page), { header: true, columns: [...columns], record_delimiter: 'windows' })
}

/** A row's JSON in each line (https://github.com/ndjson/ndjson-spec). */
const lines: ListForm = {
  type: 'application/x-ndjson; charset=utf-8',
  write: ({ page }) =>
    rowsOf(page)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('')
}

/** The forms by media type, the one that is preferred first. The charset is often named, though there is no other. */
export const listForms: Readonly<Record<string, ListForm>> = {
  'application/json': json,
  'text/csv': csv,
  'application/x-ndjson': lines,
  'application/json; charset=utf-8': json,
  'text/csv; charset=utf-8': csv,
  'application/x-ndjson; charset=utf-8': lines
}
