import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Test } from 'tap'
import { securityHeaders } from '../../../src/http/security-headers.ts'

type Resolved<T> = Exclude<T, OpenAPIV3_1.ReferenceObject>
type Response = OpenAPIV3_1.ResponseObject
type Parameter = OpenAPIV3_1.ParameterObject

/** The example of a parameter: that of an optional one stands in its schema, where Swagger UI does not fill it in. */
export function findExample({ example, schema }: Parameter): unknown {
  return example ?? (schema as { examples?: unknown[] }).examples?.[0]
}

/** An response of the service, from a socket or not. */
export interface ReceivedResponse {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

/** An operation of the OpenAPI document, without references. */
export interface DescribedOperation {
  id: string
  method: 'GET' | 'DELETE'
  path: string
  parameters: Parameter[]
  /** By status. */
  responses: Record<string, Response>
}

/** What the document of a running service says, and whether its responses agree with it. */
export interface Description {
  operations: DescribedOperation[]
  /** Asserts that a value is what the schema says. */
  conforms(t: Test, schema: unknown, value: unknown, name: string): void
  /** Asserts that an response is what the document says of the operation, in status, headers and body. */
  checkResponse(t: Test, id: string, response: ReceivedResponse): void
}

/** Headers of the connection, and for browsers, which are not the interface's. */
const TRANSPORT = new Set([
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive'],
  ...Object.keys(securityHeaders)
])

export async function readDescription(app: FastifyInstance): Promise<Description> {
  const document = (await app.inject('/openapi.json')).json()
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema(document, 'document')
  const compiled = new Map<unknown, ValidateFunction>()

  const resolve = <T>(part: T): Resolved<T> => {
    const { $ref } = part as { $ref?: string }
    const names = $ref?.slice(2).split('/')
    return (names ? names.reduce((at, name) => at[name], document) : part) as Resolved<T>
  }

  const described = Object.entries<Record<string, OpenAPIV3_1.OperationObject>>(document.paths).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  )
  const operations = described.map(({ path, method, operation }) => ({
    id: operation.operationId as string,
    method: method.toUpperCase() as DescribedOperation['method'],
    path,
    parameters: (operation.parameters ?? []).map(resolve) as Parameter[],
    responses: Object.fromEntries(
      Object.entries(operation.responses ?? {}).map(([status, response]) => [status, resolve(response) as Response])
    )
  }))

  const conforms: Description['conforms'] = (t, schema, value, name) => {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'))
    const validate = compiled.get(schema) ?? ajv.compile(absolute)
    compiled.set(schema, validate)
    t.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)}`)
  }

  const checkResponse: Description['checkResponse'] = (t, id, { statusCode, headers, body }) => {
    const { responses } = operations.find((operation) => operation.id === id) as DescribedOperation
    const name = `${id} ${statusCode}`
    const response = responses[statusCode] ?? responses.default
    const described = Object.entries(response?.headers ?? {}).map(([key, header]) => [key, resolve(header)] as const)
    for (const [key, { required, schema, example }] of described) {
      const typed = (value: unknown) =>
        resolve(schema as { type?: string }).type === 'integer' ? Number(value) : value
      if (required) t.ok(key in headers, `${name} has the header ${key}`)
      if (key in headers) conforms(t, schema, typed(headers[key]), `${name} ${key}`)
      conforms(t, schema, example, `the example of ${key}`)
    }
    const names = new Set(described.map(([key]) => key))
    for (const key of Object.keys(headers)) t.ok(TRANSPORT.has(key) || names.has(key), `${name} describes ${key}`)

    const type = String(headers['content-type'] ?? '').split(';')[0] as string
    t.strictSame(Boolean(response?.content), type !== '', `${name} has a body if it says so`)
    if (!type) return
    const media = response?.content?.[type]
    t.ok(media, `${name} describes ${type}`)
    conforms(t, media?.schema, type === 'application/json' ? JSON.parse(body) : body, name)
  }

  return { operations, conforms, checkResponse }
}
