import { type JsonRow, readText, sliceRows } from '../http/json-rows.ts'
import { type ListFormat, SDF_TYPE, shareResult } from '../http/list-formats.ts'
import type { Chemistry } from './chemistry.ts'
import { toSdfRecord } from './sdf.ts'

/** Rows that are written at a time, so that requests and drawings in between do not wait long. */
const ROWS_AT_ONCE = 10

/** Lists as SD files: each row is a molfile of the structure in one column, named by another, with the columns as data fields. */
export function createSdfFormat(
  chemistry: Pick<Chemistry, 'toMolfiles'>,
  { smiles, name }: { smiles: string; name: string }
): ListFormat {
  return {
    type: SDF_TYPE,
    needs: [smiles, name],
    write: shareResult(async ({ columns, page }) => {
      const records: string[] = []
      for (const batch of inBatches(sliceRows(page.rows))) {
        const rows = batch.map(readTexts)
        const molfiles = await chemistry.toMolfiles(
          rows.map((texts) => ({ smiles: texts.get(smiles) || null, name: texts.get(name) ?? '' }))
        )
        for (const [i, texts] of rows.entries()) {
          const fields = columns.map((column) => [column, texts.get(column) ?? ''])
          records.push(toSdfRecord(molfiles[i] as string, Object.fromEntries(fields)))
        }
      }
      return Buffer.from(records.join(''))
    })
  }
}

/** The texts of a row's values, by column. */
function readTexts({ members }: JsonRow): Map<string, string> {
  const texts = new Map<string, string>()
  for (let i = 0; i < members.length; i += 2) {
    const [name = '', value = ''] = members.slice(i, i + 2).map((member) => toUtf8(readText(member)))
    texts.set(name, value)
  }
  return texts
}

function toUtf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString()
}

function* inBatches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < ROWS_AT_ONCE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
