import { parseOptions } from '../../actors/options.js'
import { isServiceFailure, MethodUnavailable, ParametersIncorrect } from '../../base/failures.js'
import { problem, xmlAnswer } from '../http/answer.js'
import type { Answer } from '../http/question.js'
import {
  findService,
  type GatewayProtocol,
  type Protocol,
  type ProtocolOptions,
  protocolOptions,
  readOffer,
  type Visit,
} from '../protocol.js'
import { methodOf } from '../schemas/methods.js'
import type { Selection } from '../selection.js'
import type { Service } from '../services.js'
import { checkForeign, readText } from '../values/plain-json.js'
import { readCall, type XmlCall } from './call-reading.js'
import { introspection } from './introspection.js'
import { faultOf, printFault, printResponse } from './response.js'

const MULTICALL = 'system.multicall'

/**
 * Services over XML-RPC, with the extensions `nil` and `i8`; dates are UTC. A service whose contract is known answers `system.listMethods`,
 * `system.methodSignature` and `system.methodHelp`; all take several calls at once with `system.multicall`.
 *
 * - **Errors**: faults with the number of the failure, and its origin, description and details as text. TypeError for a wrong selection or option.
 *
 * @example
 * ```ts
 * gateway.mount('/xmlrpc/service', xmlRpc({ group: 'web-services' }))
 * ```
 */
export function xmlRpc(selection: Selection, options?: ProtocolOptions): Protocol {
  const protocol: GatewayProtocol = {
    kind: 'XML-RPC',
    ...readOffer(selection, parseOptions(protocolOptions, options, 'xmlRpc()'), 'xmlRpc()'),
    mediaTypes: ['text/xml'],
    describes: false,
    find: (below, _method, services) => findService(protocol, below, services),
    answer,
  }
  return protocol
}

async function answer(visit: Visit): Promise<Answer> {
  let call: XmlCall | undefined
  try {
    call = readCall(readText(visit.body))
    checkForeign(call.params, 'params')
    const calls = call.method === MULTICALL ? readCalls(call, visit) : undefined
    if (!visit.desk.hasRoom(calls?.length ?? 1))
      return problem(503, 'too many calls are pending; try again later', { headers: { 'retry-after': '1' } })
    const result = await (calls === undefined ? run(visit, call) : Promise.all(calls.map((one) => runOne(visit, one))))
    return xmlAnswer(printResponse(result))
  } catch (error) {
    note(visit, call?.method, error)
    return xmlAnswer(printFault(faultOf(error)))
  }
}

/** A service may have such methods of its own; for one that has not, its contract answers. */
async function run({ service, desk, caller }: Visit, { method, params }: XmlCall): Promise<unknown> {
  const asked = service as Service
  const derive = methodOf(asked, method) === undefined ? introspection.get(method) : undefined
  if (derive !== undefined && asked.contract !== null) return derive(asked, params)
  try {
    return await desk.call(asked, method, params, caller)
  } catch (error) {
    if (derive === undefined || !(error instanceof MethodUnavailable)) throw error
    throw new MethodUnavailable({
      details: `the contract of service "${asked.name}" is not known here; the gateway can be given it in contracts`,
    })
  }
}

/** Of many calls each has a result, in an array of its own, or a fault. */
async function runOne(visit: Visit, call: XmlCall): Promise<unknown> {
  try {
    const result = await run(visit, call)
    printResponse(result)
    return [result]
  } catch (error) {
    note(visit, call.method, error)
    return faultOf(error)
  }
}

function readCalls({ params }: XmlCall, { maxBatch }: Visit): readonly XmlCall[] {
  const [calls] = params
  if (params.length !== 1 || !Array.isArray(calls)) throw new ParametersIncorrect({ details: `${MULTICALL} takes one array` })
  if (calls.length > maxBatch) throw new ParametersIncorrect({ details: `${MULTICALL} takes ${maxBatch} calls at most` })
  return calls.map((one: { readonly methodName?: unknown; readonly params?: unknown } | null) => {
    const { methodName, params: args } = one ?? {}
    if (typeof methodName === 'string' && methodName !== MULTICALL && Array.isArray(args)) return { method: methodName, params: args }
    throw new ParametersIncorrect({ details: `${MULTICALL} takes { methodName, params } of other methods` })
  })
}

function note({ log, service }: Visit, method: string | undefined, error: unknown): void {
  if (!isServiceFailure(error)) log.error(`XML-RPC: ${method}() of service "${service?.name}" could not be answered`, { error })
}
