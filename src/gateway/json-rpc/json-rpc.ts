import { flag, optionObject } from '../../actors/option-schema.js'
import { parseOptions } from '../../actors/options.js'
import { isServiceFailure, MethodUnavailable, RequestDecodingError } from '../../base/failures.js'
import { emptyAnswer, jsonAnswer, problem } from '../http/answer.js'
import type { Answer } from '../http/question.js'
import {
  findService,
  type GatewayProtocol,
  type Protocol,
  type ProtocolOptions,
  protocolFields,
  readOffer,
  type Visit,
} from '../protocol.js'
import { methodOf } from '../schemas/methods.js'
import { argumentsByName } from '../schemas/parameters.js'
import type { Selection } from '../selection.js'
import type { Service } from '../services.js'
import { checkForeign, mayBreakLimits, printJson, readJson, readText } from '../values/plain-json.js'
import { type NoRequest, type RpcRequest, readRequest } from './message.js'
import { openRpcDocument } from './open-rpc.js'
import { errorOf, INVALID_REQUEST, PARSE_ERROR, printError, printResult, requestError } from './reply.js'
import { printRich, restoreRich } from './rich-json.js'

/** How services are offered over JSON-RPC. */
export interface JsonRpcOptions extends ProtocolOptions {
  /**
   * Takes and gives, where a request has a member `meta`, values as superjson tells them: dates, big integers, maps, sets, bytes. Off by
   * default.
   */
  readonly rich?: boolean
}

const jsonRpcOptions = optionObject<JsonRpcOptions>({ ...protocolFields, rich: flag })

const DISCOVER = 'rpc.discover'

/**
 * Services over JSON-RPC 2.0: batches, notifications, parameters by position or name, `rpc.discover`. Requests of 1.0 get answers of 1.0.
 *
 * - **Errors**: -32601 for a method that is not there, -32602 for wrong parameters, -32000 less the number of any other failure; `data` holds `error`,
 *   `description`, `origin` and `details`. TypeError for a wrong selection or option.
 *
 * @example
 * ```ts
 * gateway.mount('/rpc', jsonRpc({ group: 'web-services' }))
 * ```
 */
export function jsonRpc(selection: Selection, options?: JsonRpcOptions): Protocol {
  const given = parseOptions(jsonRpcOptions, options, 'jsonRpc()')
  const { rich = false } = given
  const protocol: GatewayProtocol = {
    kind: 'JSON-RPC',
    ...readOffer(selection, given, 'jsonRpc()'),
    mediaTypes: ['application/json'],
    describes: false,
    find: (below, _method, services) => findService(protocol, below, services),
    answer: (visit) => answer(visit, rich),
  }
  return protocol
}

async function answer(visit: Visit, rich: boolean): Promise<Answer> {
  let value: unknown
  try {
    const text = readText(visit.body)
    value = readJson(text)
    if (mayBreakLimits(text)) checkForeign(value, 'request')
  } catch (error) {
    const code = value === undefined ? PARSE_ERROR : INVALID_REQUEST
    return jsonAnswer(printError(2, null, requestError(code, (error as Error).message)))
  }
  const fault = Array.isArray(value) ? batchFault(value.length, visit.maxBatch) : undefined
  if (fault !== undefined) return jsonAnswer(printError(2, null, requestError(INVALID_REQUEST, fault)))
  if (!visit.desk.hasRoom(Array.isArray(value) ? value.length : 1))
    return problem(503, 'too many calls are pending; try again later', { headers: { 'retry-after': '1' } })
  const text = await (Array.isArray(value) ? replyToAll(visit, value, rich) : reply(visit, readRequest(value), rich))
  return text === undefined ? emptyAnswer() : jsonAnswer(text)
}

async function replyToAll(visit: Visit, batch: readonly unknown[], rich: boolean): Promise<string | undefined> {
  const replies = await Promise.all(batch.map((one) => reply(visit, readRequest(one), rich)))
  const texts = replies.filter((text) => text !== undefined)
  return texts.length === 0 ? undefined : `[${texts.join(',')}]`
}

function batchFault(count: number, maxBatch: number): string | undefined {
  if (count === 0) return 'the batch is empty'
  return count > maxBatch ? `the batch has ${count} requests, at most ${maxBatch}` : undefined
}

/** The text of the response to one request; `undefined` when it wants none. */
async function reply(visit: Visit, request: RpcRequest | NoRequest, rich: boolean): Promise<string | undefined> {
  if ('fault' in request) return printError(2, request.id, requestError(INVALID_REQUEST, `Invalid Request: ${request.fault}`))
  const service = visit.service as Service
  try {
    const args = argumentsOf(service, request, rich)
    if (request.id === undefined) return void visit.desk.notify(service, request.method, args, visit.caller)
    const result = await (request.method === DISCOVER
      ? discover(visit, args)
      : visit.desk.call(service, request.method, args, visit.caller))
    if (request.meta === undefined) return printResult(request, printJson(result))
    const { json, meta } = printRich(result)
    return printResult(request, json, meta)
  } catch (error) {
    if (!isServiceFailure(error))
      visit.log.error(`JSON-RPC: ${request.method}() of service "${service.name}" could not be answered`, { error })
    return request.id === undefined ? undefined : printError(request.version, request.id, errorOf(error))
  }
}

function argumentsOf(service: Service, { method, params, meta }: RpcRequest, rich: boolean): readonly unknown[] {
  if (meta !== undefined && !rich) throw new RequestDecodingError({ details: 'meta: rich mode is off here; leave meta out' })
  const given = meta === undefined ? params : restoreRich(params, meta as object)
  if (Array.isArray(given)) return given
  return argumentsByName(given as Readonly<Record<string, unknown>>, methodOf(service, method))
}

/** A service may describe itself; for one that does not, its contract does. */
async function discover({ service, desk, caller }: Visit, args: readonly unknown[]): Promise<unknown> {
  const asked = service as Service
  const describes = methodOf(asked, DISCOVER) === undefined
  if (describes && asked.contract !== null) return openRpcDocument(asked)
  try {
    return await desk.call(asked, DISCOVER, args, caller)
  } catch (error) {
    if (!describes || !(error instanceof MethodUnavailable)) throw error
    throw new MethodUnavailable({
      details: `the contract of service "${asked.name}" is not known here; the gateway can be given it in contracts`,
    })
  }
}
