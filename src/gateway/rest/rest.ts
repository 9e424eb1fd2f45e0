import { parseOptions } from '../../actors/options.js'
import { isServiceFailure, RequestDecodingError, type ServiceFailure } from '../../base/failures.js'
import { emptyAnswer, jsonAnswer, problem } from '../http/answer.js'
import type { Answer } from '../http/question.js'
import {
  decodePath,
  findService,
  type GatewayProtocol,
  type Place,
  type Protocol,
  type ProtocolOptions,
  protocolOptions,
  readOffer,
  type Visit,
} from '../protocol.js'
import { methodOf } from '../schemas/methods.js'
import { argumentsByName } from '../schemas/parameters.js'
import { isSingle, type Selection } from '../selection.js'
import type { Service, Services } from '../services.js'
import { failureFields } from '../values/failure-fields.js'
import { checkForeign, printJson, readJson, readText } from '../values/plain-json.js'
import { openApiDocument } from './open-api.js'

/** Below a mount, and below a service: what can be asked there. */
const DOCUMENT = 'openapi.json'

/**
 * Services over plain HTTP: `POST mount/service/method` with the arguments as JSON, an array by position or an object by name, answers with the
 * result as JSON; 204 for a method that returns nothing. `GET mount/openapi.json` describes all services, `GET mount/service/openapi.json` one.
 *
 * - **Errors**: problem details (RFC 9457) with `error`, `code`, `description`, `origin` and `details`; 400 for wrong parameters, 404 for a method that is not there,
 *   422 for a typed failure, 403, 500, 503 and 504 for the rest. TypeError for a wrong selection or option.
 *
 * @example
 * ```ts
 * gateway.mount('/api', rest({ group: 'web-services' }))
 * ```
 */
export function rest(selection: Selection, options?: ProtocolOptions): Protocol {
  const protocol: GatewayProtocol = {
    kind: 'REST',
    ...readOffer(selection, parseOptions(protocolOptions, options, 'rest()'), 'rest()'),
    mediaTypes: ['application/json', ''],
    describes: true,
    find: (below, method, services) => (method === 'GET' ? findDocument(protocol, below, services) : findMethod(protocol, below, services)),
    answer: (visit) => (visit.method === undefined ? describe(visit, protocol) : answer(visit, visit.service as Service, visit.method)),
  }
  return protocol
}

/** The last step of a path is the method, those before it the service. */
function findMethod(protocol: GatewayProtocol, below: string, services: Services): Place | undefined {
  const [service, last] = lastStep(below)
  const method = decodePath(last)
  const place = method === undefined || method === '' ? undefined : findService(protocol, service, services)
  return place === undefined ? undefined : { ...place, method }
}

function findDocument(protocol: GatewayProtocol, below: string, services: Services): Place | undefined {
  const [service, last] = lastStep(below)
  if (last !== DOCUMENT) return undefined
  return service === '' && !isSingle(protocol.selection) ? { service: undefined } : findService(protocol, service, services)
}

function lastStep(path: string): readonly [before: string, last: string] {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)]
}

async function describe({ service, services, mount }: Visit, protocol: GatewayProtocol): Promise<Answer> {
  const { selection, contracts } = protocol
  const described = service === undefined ? services.all(selection, contracts) : [service]
  return jsonAnswer(printJson(openApiDocument(mount, described, isSingle(selection))))
}

async function answer(visit: Visit, service: Service, method: string): Promise<Answer> {
  try {
    const args = readArguments(visit.body, service, method)
    if (!visit.desk.hasRoom(1)) return problem(503, 'too many calls are pending; try again later', { headers: { 'retry-after': '1' } })
    const result = await visit.desk.call(service, method, args, visit.caller)
    return result === undefined ? emptyAnswer() : jsonAnswer(printJson(result))
  } catch (error) {
    if (isServiceFailure(error)) return failureAnswer(error)
    visit.log.error(`REST: ${method}() of service "${service.name}" could not be answered`, { error })
    return problem(500, 'the call could not be answered')
  }
}

function readArguments(body: Uint8Array, service: Service, method: string): readonly unknown[] {
  const text = readText(body)
  const value = text.trim() === '' ? [] : readJson(text)
  checkForeign(value, 'body')
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) {
    throw new RequestDecodingError({ details: 'the body is neither an array of arguments nor an object of named ones' })
  }
  return argumentsByName(value as Readonly<Record<string, unknown>>, methodOf(service, method))
}

const STATUSES: Readonly<Record<string, number>> = {
  ERR_SERVICE_UNAVAILABLE: 503,
  ERR_REQUEST_TIMEOUT: 504,
  ERR_REQUEST_ABORTED: 503,
  ERR_MAILBOX_FULL: 503,
  ERR_REQUEST_REFUSED: 403,
  ERR_REQUEST_DECODING: 400,
  ERR_REQUEST_ENCODING: 400,
  ERR_METHOD_UNAVAILABLE: 404,
  ERR_PARAMETERS_INCORRECT: 400,
  ERR_SERVICE_WITHDRAWN: 503,
}

/** Codes that are not the framework's are those of contracts. */
function statusOf({ code }: ServiceFailure): number {
  return code.startsWith('ERR_') ? (STATUSES[code] ?? 500) : 422
}

function failureAnswer(failure: ServiceFailure): Answer {
  return problem(statusOf(failure), failure.details || failure.description, { members: failureFields(failure) ?? {} })
}
