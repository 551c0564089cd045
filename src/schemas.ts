import { type TProperties, Type } from 'typebox'

/** An object that has these properties and no others. */
export const strict = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false })

/** What a text can be required to be, by the name under which a message speaks of it. */
export const formats = {
  // The one form that every PostgreSQL takes; ajv's own format also takes URNs.
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  // As many digits as a number holds exactly.
  'whole number': /^-?\d{1,15}$/,
  // PostgreSQL's text holds any character but NUL.
  'text without NUL': /^[^\0]*$/
}

/** A whole number in a URL, in plain digits: by itself ajv also reads `0x10`, `1e2`, ` 5 ` and `Infinity` as integers. */
export const wholeNumber = ({ default: value, ...range }: { default: number; minimum: number; maximum: number }) =>
  Type.Unsafe<number>({
    allOf: [Type.String({ format: 'whole number' }), Type.Integer(range)],
    default: value
  })

/** The query string of an endpoint that takes no parameters. */
export const noQuery = strict({})

/** Every error has this shape. */
export const errorSchema = strict({
  status: Type.Literal('error'),
  message: Type.String({ description: 'What went wrong, for a person' }),
  code: Type.String({ description: 'What went wrong, for a program' }),
  request_id: Type.String({ description: 'The name of this request in the log' })
})
