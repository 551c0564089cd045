import type { OpenAPIV3_1 } from 'openapi-types'

/** What the OpenAPI document says of an endpoint. Its parameters come from the schemas of its route. */
export interface Operation {
  /** The name of the method in a generated client. */
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: ('Molecules' | 'Service')[]
  /** Who may ask. */
  readonly security: OpenAPIV3_1.SecurityRequirementObject[]
  /** Of each parameter; together they are a request that finds something. */
  readonly examples?: Readonly<Record<string, string | number>>
  /** The headers that it heeds. */
  readonly parameters?: OpenAPIV3_1.ReferenceObject[]
  readonly responses: OpenAPIV3_1.ResponsesObject
}

export const everybody: Operation['security'] = []
export const withUserToken: Operation['security'] = [{}, { userToken: [] }]
/** It depends on the settings whether the token is needed. */
export const withAdminToken: Operation['security'] = [{}, { adminToken: [] }]
