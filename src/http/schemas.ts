import { type TProperties, Type } from 'typebox'
import { isColumnList, isOrder, moleculeColumns } from '../resources/molecule-columns.ts'
import { REQUEST_ID } from './request-id.ts'

/** An object that has these properties and no others. */
export const strict = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false })

const columns = `each once: ${moleculeColumns.join(', ')}`

/** The names of three formats, which say what is allowed. */
export const columnList = `comma-separated list of columns, ${columns}`
export const columnOrder = `comma-separated list of columns with .asc or .desc, ${columns}`
export const cursor = 'cursor: that of a link to the next page, with the same "order"'

/** What a text can be required to be, by the name under which a message speaks of it. */
export const formats = {
  // The one form that every PostgreSQL takes; ajv's own format also takes URNs.
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  // With more digits it could become Infinity, for which ajv knows no limits.
  'whole number': /^-?\d{1,300}$/,
  // PostgreSQL's text holds any character but NUL.
  'text without NUL': /^[^\0]*$/,
  // Base64, for URLs.
  [cursor]: /^[\w-]*$/,
  [columnList]: isColumnList,
  [columnOrder]: isOrder
}

interface WholeNumberOptions {
  description: string
  default?: number
  minimum: number
  maximum: number
}

/** A whole number in a URL, in plain digits: by itself ajv also reads `0x10`, `1e2`, ` 5 ` and `Infinity` as integers. */
export const wholeNumber = ({ minimum, maximum, ...annotations }: WholeNumberOptions) =>
  Type.Unsafe<number>({
    allOf: [Type.String({ format: 'whole number' }), Type.Integer({ minimum, maximum })],
    ...annotations
  })

/** The query string of an endpoint that takes no parameters. */
export const noQuery = strict({})

/** Every error has this shape. */
export const errorSchema = strict({
  status: Type.Literal('error'),
  message: Type.String({ description: 'What went wrong, for a person' }),
  code: Type.String({ description: 'What went wrong, for a program' }),
  request_id: Type.String({
    description: 'The id of this request in the log: the one that the caller sent as X-Request-Id, or a new one',
    pattern: REQUEST_ID.source
  })
})
