import type { OpenAPIV3_1 } from 'openapi-types'
import { withHeaders } from './response-headers.ts'

type Schema = OpenAPIV3_1.SchemaObject

interface Example {
  /** The request that gets this response, for instance `GET /health/live`. */
  request: string
  value: object
}

/** A JSON response in OpenAPI's terms, as a route's `schema.response` has it. */
export function describeJson(
  description: string,
  schema: Schema,
  example?: Example,
  headers = withHeaders('x-request-id')
): OpenAPIV3_1.ResponseObject {
  const examples = example && { response: { summary: example.request, value: example.value } }
  return {
    description,
    headers,
    content: { 'application/json': { schema, ...(examples && { examples }) } }
  }
}

/** The schema of an object that has all of these properties. */
export function describeObject(properties: Record<string, Schema>, description?: string): Schema {
  return {
    type: 'object',
    ...(description && { description }),
    required: Object.keys(properties),
    properties
  }
}
