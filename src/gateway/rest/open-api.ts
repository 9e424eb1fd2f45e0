import type { MethodSpec } from '../../actors/contract.js'
import { embedded, type JsonSchema } from '../schemas/json-schema.js'
import { callableMethods } from '../schemas/methods.js'
import { type Signature, signatureOf } from '../schemas/parameters.js'
import type { Service } from '../services.js'

const PROBLEM = { $ref: '#/components/responses/Problem' }

const problemResponse = {
  description: 'The call failed',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: {
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          error: { type: 'integer' },
          code: { type: 'string' },
          description: { type: 'string' },
          origin: { type: 'string' },
          details: { type: 'string' },
          delivered: { enum: ['no', 'maybe', 'yes'] },
          data: {},
        },
      },
    },
  },
}

/**
 * What services offer over HTTP, as OpenAPI 3.1. `isSingle`: the URL of the mount is that of its only service. Streams are left out, and services whose
 * contract is not known have no paths.
 */
export function openApiDocument(mount: string, services: readonly Service[], isSingle: boolean): object {
  const paths = services.flatMap((service) =>
    callableMethods(service).map(
      ([method, spec]) => [pathOf(service, method, isSingle), { post: operation(service, method, spec) }] as const,
    ),
  )
  return {
    openapi: '3.1.0',
    info: { title: services.length === 1 ? services[0]?.name : 'services', version: '1' },
    servers: [{ url: mount === '' ? '/' : mount }],
    paths: Object.fromEntries(paths),
    components: { responses: { Problem: problemResponse } },
  }
}

function pathOf({ name }: Service, method: string, isSingle: boolean): string {
  const service = isSingle ? '' : `/${name.split('/').map(encodeURIComponent).join('/')}`
  return `${service}/${encodeURIComponent(method)}`
}

function operation({ name }: Service, method: string, spec: MethodSpec): object {
  const id = `${name}.${method}`
  const signature = signatureOf(spec)
  return {
    operationId: id,
    tags: [name],
    ...(spec.maxArgs === 0
      ? {}
      : { requestBody: { required: spec.minArgs > 0, content: { 'application/json': { schema: bodySchema(signature, id) } } } }),
    responses: { ...resultResponse(signature, id), default: PROBLEM },
  }
}

function resultResponse({ result }: Signature, id: string): object {
  if (result === undefined) return { 204: { description: 'Done' } }
  return { 200: { description: 'The result', content: { 'application/json': { schema: embedded(result, `${id}:result`) } } } }
}

/** Arguments by name, which are easier to read, and by position. */
function bodySchema({ parameters, takesObject }: Signature, id: string): JsonSchema {
  const schemas = parameters.map(({ name, schema }) => [name, embedded(schema, `${id}:${name}`)] as const)
  const required = parameters.filter((one) => one.required).map(({ name }) => name)
  const named = { type: 'object', properties: Object.fromEntries(schemas), required, additionalProperties: false }
  if (takesObject) return named
  const listed = { type: 'array', prefixItems: schemas.map(([, schema]) => schema), minItems: required.length, maxItems: schemas.length }
  return { oneOf: [named, listed] }
}
