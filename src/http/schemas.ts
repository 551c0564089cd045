import type { KeywordDefinition } from 'ajv'
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { type TProperties, Type } from 'typebox'
import { REQUEST_ID } from './request-id.ts'

/** An object that has these properties and no others. */
export const strict = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false })

/** ajv formats of texts by name, with what the value of a parameter in that format must be. */
export const formats = {
  // The one form that every PostgreSQL takes; ajv's own format also takes URNs.
  uuid: { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, requirement: 'must be a UUID' },
  // With more digits it could become Infinity, for which ajv knows no limits.
  'whole-number': { pattern: /^-?\d{1,300}$/, requirement: 'must be a whole number' },
  decimal: { pattern: /^-?\d{1,15}(\.\d{1,15})?$/, requirement: 'must be a number' },
  // PostgreSQL's text holds any character but NUL.
  text: { pattern: /^[^\0]*$/, requirement: 'must not contain NUL' },
  inchikey: {
    pattern: /^[A-Z]{14}(-[A-Z]{10}-[A-Z])?$/i,
    requirement: 'must be an InChIKey or its first block of 14 letters'
  },
  cursor: {
    pattern: /^[\w-]*$/,
    requirement: 'must be the cursor of a link to the next page, with the same "order"'
  }
} as const

/** ajv keyword: the text is some of these columns, comma-separated and each once, for instance `id,name`. */
const columnsKeyword = createListKeyword('columns', (columns) => ({
  isItem: (item) => columns.includes(item),
  toColumn: (item) => item,
  requirement: 'columns'
}))

/** In a list of columns, a numeric property: any name, which the database knows. */
export const ANY_PROPERTY = 'property.*'
const PROPERTY = /^property\../

/**
 * ajv keyword: the same with directions, for instance `name.asc,id.desc`. With `ANY_PROPERTY` among the columns also
 * numeric properties, for instance `property.LogP.desc`.
 */
const columnOrderKeyword = createListKeyword('columnOrder', (columns) => ({
  isItem: (item) => {
    const [name, direction] = splitDirection(item)
    const isKnown = columns.includes(name) || (columns.includes(ANY_PROPERTY) && PROPERTY.test(name))
    return isKnown && (direction === 'asc' || direction === 'desc')
  },
  toColumn: (item) => splitDirection(item)[0],
  requirement: 'columns with .asc or .desc'
}))

const COMPARISON = '(eq|gt|gte|lt|lte)\\.-?\\d{1,15}(\\.\\d{1,15})?'

/** The pattern of a comparison such as `gte.90`, or with a name such as `LogP.lt.1`. */
export const comparisonPatterns = { plain: `^${COMPARISON}$`, named: `^.{1,100}\\.${COMPARISON}$` }

/** The most comparisons that one parameter may be given. */
export const MAX_COMPARISONS = 10

/** ajv keyword: one comparison or several, for instance `gte.90` and `lte.120`; `named` for those of properties. */
const comparisonsKeyword: KeywordDefinition = {
  keyword: 'comparisons',
  schemaType: 'string',
  errors: true,
  compile: (kind: keyof typeof comparisonPatterns) => {
    const pattern = new RegExp(comparisonPatterns[kind], 's')
    const example = kind === 'named' ? 'LogP.lt.1' : 'gte.90'
    const requirement = `must be at most ${MAX_COMPARISONS} comparisons such as ${example}, by eq, gt, gte, lt or lte`
    return createValidator('comparisons', requirement, (value) => {
      const values = [value].flat()
      return values.length <= MAX_COMPARISONS && values.every((item) => pattern.test(String(item)))
    })
  }
}

export const keywords = [columnsKeyword, columnOrderKeyword, comparisonsKeyword]

/** Splits `name.asc` at its last dot. */
export function splitDirection(item: string): [name: string, direction: string] {
  const dot = item.lastIndexOf('.')
  return [item.slice(0, dot), item.slice(dot + 1)]
}

interface ListRule {
  isItem(item: string): boolean
  /** The column that an item names. */
  toColumn(item: string): string
  /** What the items must be. */
  readonly requirement: string
}

/** A keyword for comma-separated lists in which no column occurs twice. */
function createListKeyword(keyword: string, toRule: (columns: readonly string[]) => ListRule): KeywordDefinition {
  return {
    keyword,
    type: 'string',
    schemaType: 'array',
    errors: true,
    compile: (columns: readonly string[]) => {
      const { isItem, toColumn, requirement } = toRule(columns)
      const message = `must be a comma-separated list of ${requirement}, each once: ${columns.join(', ')}`
      return createValidator(keyword, message, (value) => {
        const text = String(value)
        if (!text.includes(',')) return isItem(text)
        const items = text.split(',')
        return new Set(items.map(toColumn)).size === items.length && items.every(isItem)
      })
    }
  }
}

/** What ajv calls for a value: it leaves its errors on itself. */
function createValidator(keyword: string, message: string, isValid: (value: unknown) => boolean) {
  const validate: DataValidateFunction = (value) => {
    if (isValid(value)) return true
    validate.errors = [{ keyword, message, params: {} }]
    return false
  }
  return validate
}

interface NumberOptions {
  description: string
  default?: number
  minimum: number
  maximum: number
  examples?: number[]
}

/** A number in a URL, in plain digits: by itself ajv also reads `0x10`, `1e2`, ` 5 ` and `Infinity` as numbers. */
const plainNumber =
  (format: keyof typeof formats, type: typeof Type.Integer | typeof Type.Number) =>
  ({ minimum, maximum, ...annotations }: NumberOptions) =>
    Type.Unsafe<number>({ allOf: [Type.String({ format }), type({ minimum, maximum })], ...annotations })

export const wholeNumber = plainNumber('whole-number', Type.Integer)
export const decimal = plainNumber('decimal', Type.Number)

/** The query string of an endpoint that takes no parameters. */
export const noQuery = strict({})

/** Every error response has this body. */
export const errorSchema = strict({
  status: Type.Literal('error'),
  message: Type.String({ description: 'What went wrong, for a person' }),
  code: Type.String({ description: 'What went wrong, for a program' }),
  request_id: Type.String({
    description: 'The id of this request in the log: the one that the caller sent as X-Request-Id, or a new one',
    pattern: REQUEST_ID.source
  })
})
