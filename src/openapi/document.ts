import type { OpenAPIV3_1 } from 'openapi-types'
import { headers } from './headers.ts'
import type { Operation } from './operation.ts'
import { parameters, withExample } from './parameters.ts'
import { refusals } from './refusals.ts'
import { schemas } from './schemas.ts'

/** The document but for its paths. */
export const frame = (version: string): Partial<OpenAPIV3_1.Document> => ({
  openapi: '3.1.1',
  info: {
    title: 'CryoProtect API',
    version,
    summary: 'Cryoprotectants, from a Supabase project',
    description: [
      'Molecules, tables and pool statistics of CryoProtect, a database of cryoprotectants.',
      'Every path that takes `GET` takes `HEAD` too. Every error has one shape, whatever the path; its `request_id` is ' +
        'also in the header `x-request-id` and in the log. A path that does not exist is answered with 404.'
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' }
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'Molecules', description: 'What CryoProtect knows' },
    { name: 'Service', description: 'How the service is, for those who run it' }
  ],
  components: {
    securitySchemes: {
      userToken: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: "A user's own Supabase JWT, so that row level security sees that user"
      },
      adminToken: { type: 'http', scheme: 'bearer', description: 'The setting `ADMIN_TOKEN` of the service' }
    },
    schemas,
    parameters,
    headers,
    responses: refusals
  }
})

/** The document with what is said of its operations, by their ids. */
export function withOperations(
  { paths = {}, components = {}, ...rest }: OpenAPIV3_1.Document,
  operations: ReadonlyMap<string, Operation>
): OpenAPIV3_1.Document {
  const described = Object.entries(paths).map(([path, methods]) => {
    const entries = Object.entries(methods as Record<string, OpenAPIV3_1.OperationObject>)
    return [path, Object.fromEntries(entries.map(([method, generated]) => [method, describe(generated, operations)]))]
  })
  return { ...rest, paths: Object.fromEntries(described), components }
}

function describe(
  generated: OpenAPIV3_1.OperationObject,
  operations: ReadonlyMap<string, Operation>
): OpenAPIV3_1.OperationObject {
  const operation = operations.get(generated.operationId ?? '')
  if (!operation) return generated
  const { examples: _, parameters = [], responses, ...about } = operation
  const described = (generated.parameters ?? []).map((parameter) => withoutPrefill(parameter as Parameter))
  return { ...about, parameters: [...described, ...parameters], responses }
}

type Parameter = OpenAPIV3_1.ParameterObject

/**
 * An optional parameter with its example in its schema: Swagger UI fills in what stands beside the schema, and all filters
 * together find hardly anything.
 */
function withoutPrefill(parameter: Parameter): Parameter {
  const { example, ...rest } = parameter
  if (parameter.required || !parameter.schema || example === undefined) return parameter
  return { ...rest, schema: withExample(parameter.schema, example) }
}
