import { type TProperties, Type } from 'typebox'

/** An object that has these properties and no others. */
export const strict = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false })

/** The query string of an endpoint that takes no parameters. */
export const noQuery = strict({})

/** Every error has this shape. */
export const errorSchema = strict({
  status: Type.Literal('error'),
  message: Type.String({ description: 'What went wrong, for a person' }),
  code: Type.String({ description: 'What went wrong, for a program' }),
  request_id: Type.String({ description: 'The name of this request in the log' })
})
