import { type FailureFields, failureFields } from '../values/failure-fields.js'
import type { Id, RpcRequest } from './message.js'

/** Codes that JSON-RPC 2.0 gives a meaning. */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
const METHOD_NOT_FOUND = -32601
const INVALID_PARAMS = -32602
const INTERNAL_ERROR = -32603

/** Codes that servers may use are -32000 to -32099: those of failures are -32000 less their number. */
const SERVER_ERROR = -32_000
const CODES: ReadonlyMap<number, number> = new Map([
  [54, INVALID_PARAMS],
  [55, METHOD_NOT_FOUND],
  [56, INVALID_PARAMS],
])

/** The code of JSON-RPC for the number of a failure. */
export function rpcCode(error: number): number {
  return CODES.get(error) ?? SERVER_ERROR - error
}

/** The error object of a failure; of what is none, nothing is told. */
export function errorOf(thrown: unknown): object {
  const fields = failureFields(thrown)
  if (fields === undefined) return { code: INTERNAL_ERROR, message: 'Internal error' }
  return { code: rpcCode(fields.error), message: fields.details || fields.description, data: fields }
}

/** An error that no method caused. */
export function requestError(code: number, message: string): object {
  const data: FailureFields = {
    error: 54,
    description: 'Request Decoding Error',
    origin: 'troupe.jsonrpc',
    details: message,
    code: 'ERR_REQUEST_DECODING',
    delivered: 'no',
  }
  return { code, message, data }
}

/** The text of a response with a result; `meta` of rich mode. */
export function printResult({ version, id }: RpcRequest, result: string, meta?: string): string {
  const name = JSON.stringify(id)
  if (version === 1) return `{"result":${result},"error":null,"id":${name}}`
  return `{"jsonrpc":"2.0","result":${result}${meta === undefined ? '' : `,"meta":${meta}`},"id":${name}}`
}

/** The text of a response with an error. */
export function printError(version: 1 | 2, id: Id | undefined, error: object): string {
  if (version === 2) return JSON.stringify({ jsonrpc: '2.0', error, id: id ?? null })
  // Clients of OSE look for the four fields in the error itself.
  const { data } = error as { readonly data?: object }
  return JSON.stringify({ result: null, error: { ...data, ...error }, id })
}
