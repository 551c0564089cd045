import { Type } from 'typebox'
import { MAX_ATOMS, MAX_STRUCTURE_LENGTH } from '../chemistry/limits.ts'
import { decimal } from '../http/schemas.ts'
import { type Column, uuid } from './column.ts'
import { parseCursor, writeCursor } from './cursor.ts'

/** How similar molecules are at least, unless a query says. */
export const DEFAULT_MIN_SCORE = 0.7

/** The parameters that search the rows of a resource by structure, beside its filters. */
export const structureParameters = {
  substructure: Type.Optional(
    structure('A part that molecules have, as SMILES or as SMARTS that OpenChemLib supports', 'OCCO')
  ),
  similar: Type.Optional(structure('A structure that molecules are similar to, as SMILES', 'OCC(O)CO')),
  min: Type.Optional(
    decimal({
      description: `The least Tanimoto similarity, with \`similar\`; ${DEFAULT_MIN_SCORE} unless given`,
      minimum: 0.1,
      maximum: 1,
      examples: [0.8]
    })
  )
}

/** What a search adds to each row. */
export const score: Column = {
  schema: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    description: 'With `substructure` or `similar`: the Tanimoto similarity of the fingerprints'
  },
  nullable: false,
  isValue: (text) => /^(0(\.\d{1,4})?|1)$/.test(text)
}

/** A row that was found. */
interface Hit {
  readonly id: string
  readonly score: number
}

const ORDER = 'score.desc,id.asc'
const columns = { score, id: uuid() }

/** The hit behind which a page begins, none for the first page. `undefined` unless it is a cursor of a search. */
export function parseHitCursor(cursor: string): { hit?: Hit } | undefined {
  const position = parseCursor({ columns }, cursor, ORDER)
  const [score, id] = position?.anchor ?? []
  if (!score || !id) return position && {}
  return { hit: { id, score: Number(score) } }
}

/** The cursor of the page behind a hit. */
export function writeHitCursor({ id, score }: Hit): string {
  return writeCursor({ order: ORDER, anchor: [String(score), id], skip: 0 })
}

function structure(description: string, example: string) {
  return Type.String({
    description:
      `${description}: at most ${MAX_ATOMS} atoms. The rows are those that everybody may see, by score and then by id, ` +
      'in pages by `after`; `order`, `offset` and `count` cannot be given beside it',
    minLength: 1,
    maxLength: MAX_STRUCTURE_LENGTH,
    examples: [example]
  })
}
