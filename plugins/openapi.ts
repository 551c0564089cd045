import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'
import type { OpenAPIV3_1 } from 'openapi-types'
import { commonErrors, limitErrors } from '../src/http/error-responses.ts'
import { createDocument, describeParameters, moveExample } from '../src/http/openapi-document.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * Makes the OpenAPI document of the routes' schemas: https://github.com/fastify/fastify-swagger. A `response` in OpenAPI's
 * terms, of a route with an `operationId`, goes into the document as it is, with the errors that every request can meet.
 */
export default fp(
  async (app) => {
    const responses = new Map<string, OpenAPIV3_1.ResponsesObject>()
    await app.register(swagger, {
      openapi: createDocument(version),
      convertConstToEnum: false,
      refResolver: { buildLocalReference: ({ $id }) => String($id) },
      transform: ({ schema = {}, url, route }) => {
        const { response, ...rest } = schema as Schema
        const { operationId, querystring, params } = rest
        const isComplete = operationId !== undefined && isOpenApi(response)
        if (isComplete) {
          const errors = { ...commonErrors, ...(!route.config?.exempt && limitErrors) }
          responses.set(operationId, { ...errors, ...response })
        }
        return {
          url,
          schema: {
            ...rest,
            ...(querystring && { querystring: describeParameters(querystring) }),
            ...(params && { params: describeParameters(params) }),
            ...(response && !isComplete && { response })
          }
        }
      },
      transformObject: (result) => {
        const { openapiObject } = result as { openapiObject: object }
        const { components, ...rest } = openapiObject as Required<OpenAPIV3_1.Document>
        for (const methods of Object.values(rest.paths)) {
          for (const operation of Object.values(methods as Record<string, OpenAPIV3_1.OperationObject>)) {
            complete(operation, responses)
          }
        }
        return { ...rest, components }
      }
    })
  },
  { name: 'openapi' }
)

/** What routes may have in their schemas. */
interface Schema {
  operationId?: string
  querystring?: object
  params?: object
  response?: OpenAPIV3_1.ResponsesObject
  [part: string]: unknown
}

/** Whether responses are in OpenAPI's terms, rather than JSON Schemas of bodies as other routes may have them. */
function isOpenApi(responses: OpenAPIV3_1.ResponsesObject = {}): boolean {
  return Object.values(responses).every(
    (response) => '$ref' in response || 'headers' in response || 'content' in response
  )
}

function complete(
  operation: OpenAPIV3_1.OperationObject,
  responses: ReadonlyMap<string, OpenAPIV3_1.ResponsesObject>
): void {
  const own = responses.get(operation.operationId ?? '')
  if (!own) return
  const { parameters = [] } = operation
  operation.parameters = parameters.map((parameter) => moveExample(parameter as OpenAPIV3_1.ParameterObject))
  if ('304' in own) operation.parameters.push({ $ref: '#/components/parameters/if-none-match' })
  operation.responses = own
}
