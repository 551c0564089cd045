import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import type { OpenAPIV3_1 } from 'openapi-types'
import { frame, withOperations } from '../src/openapi/document.ts'
import type { Operation } from '../src/openapi/operation.ts'
import { describeParameters } from '../src/openapi/parameters.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the OpenAPI document says of the route. */
    operation?: Operation
  }
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * Writes the OpenAPI document from the routes when it is first asked for:
 * https://github.com/fastify/fastify-swagger
 */
export default fp(
  async (app) => {
    const operations = new Map<string, Operation>()

    await app.register(swagger, {
      openapi: frame(version),
      convertConstToEnum: false,
      transform: ({ schema, url, route }) => {
        const operation = route.config?.operation
        if (operation) operations.set(operation.operationId, operation)
        return { schema: described(schema, operation), url }
      },
      transformObject: (document) => {
        const { openapiObject } = document as { openapiObject: OpenAPIV3_1.Document }
        return withOperations(openapiObject, operations)
      }
    })
  },
  { name: 'openapi' }
)

function described(schema: FastifySchema = {}, operation: Operation | undefined): FastifySchema {
  const described = Object.entries(schema).map(([part, value]) =>
    part === 'querystring' || part === 'params' ? [part, describeParameters(value, operation?.examples)] : [part, value]
  )
  return { ...Object.fromEntries(described), ...(operation && { operationId: operation.operationId }) }
}
