import type { Core } from '../actors/kernel/core.js'
import { type Authorise, type Properties, pass } from './authorising.js'
import type { Departure } from './departure.js'
import type { Desk } from './desk.js'
import { problem, withHeaders } from './http/answer.js'
import { mediaType } from './http/content-type.js'
import { corsHeaders, type DoorRules, decideAtDoor, methodNotAllowed } from './http/door.js'
import type { Answer, BodyFault, Question } from './http/question.js'
import type { Match, Mounts } from './mounts.js'
import type { GatewayProtocol, Place } from './protocol.js'
import { Services } from './services.js'

/** What a reception stands on. */
export interface ReceptionParts {
  readonly core: Core
  readonly mounts: Mounts
  readonly desk: Desk
  readonly rules: DoorRules
  readonly authorise: Authorise | undefined
  readonly challenge: string
  readonly maxBodyBytes: number
  readonly maxBatch: number
}

/** Who of a mount answers, and about what. */
interface Found extends Place {
  readonly protocol: GatewayProtocol
  readonly properties: Properties
}

/**
 * Takes a question through the gates, from what costs nothing to what costs most: door, who asks, what is asked, the body, the call. Each may
 * answer it.
 */
export class Reception {
  readonly #parts: ReceptionParts
  readonly #services: Services

  constructor(parts: ReceptionParts) {
    this.#parts = parts
    this.#services = new Services(parts.core)
  }

  /** `departure` tells when whoever asks has gone. Never rejects. */
  async answer(question: Question, match: Match, departure: Departure): Promise<Answer> {
    const refusal = decideAtDoor(question, this.#parts.rules)
    if (refusal !== undefined) return refusal
    const answer = await this.#admit(question, match, departure).catch((error: unknown) => {
      this.#parts.core.world.log.error(`gateway: ${question.method} ${question.path} could not be answered`, { error })
      return problem(500, 'the request could not be answered')
    })
    const origin = question.header('origin')
    return origin === undefined ? answer : withHeaders(answer, corsHeaders(origin))
  }

  async #admit(question: Question, match: Match, departure: Departure): Promise<Answer> {
    const { core, authorise, desk, maxBatch, maxBodyBytes } = this.#parts
    const { remoteAddress } = question
    const properties = await pass(core, question, authorise, remoteAddress === undefined ? {} : { remoteAddress })
    if (properties === undefined) return this.#refuse()
    const found = await this.#find(question, match, properties)
    if ('status' in found) return found
    const body = question.method === 'GET' ? new Uint8Array() : await question.body(maxBodyBytes)
    if (typeof body === 'string') return bodyFault(body, maxBodyBytes)
    if (body.length > 0 && question.header('content-type') === undefined) return unknownType('', found.protocol.mediaTypes)
    const { protocol, service, method } = found
    const caller = { properties: Object.freeze(found.properties), departure }
    const { log } = core.world
    return await protocol.answer({ service, method, mount: match.mount.path, body, caller, desk, services: this.#services, maxBatch, log })
  }

  #refuse(): Answer {
    return problem(401, 'the gateway does not let you in', { headers: { 'www-authenticate': this.#parts.challenge } })
  }

  /** Who may not use a mount does not learn what is below it either. */
  async #find(question: Question, { mount, below }: Match, before: Properties): Promise<Found | Answer> {
    const speaking = speakers(question, mount.protocols)
    if ('status' in speaking) return speaking
    let isRefused = false
    for (const protocol of speaking) {
      const properties = await pass(this.#parts.core, question, protocol.authorise, before)
      isRefused ||= properties === undefined
      const place = properties === undefined ? undefined : protocol.find(below, question.method, this.#services)
      if (properties !== undefined && place !== undefined) return { ...place, protocol, properties }
    }
    return isRefused ? this.#refuse() : problem(404, `there is nothing at ${question.path}`)
  }
}

/** The protocols that a question can be meant for. */
function speakers({ method, header }: Question, protocols: readonly GatewayProtocol[]): readonly GatewayProtocol[] | Answer {
  if (method === 'GET') {
    const describing = protocols.filter(({ describes }) => describes)
    return describing.length > 0 ? describing : methodNotAllowed('a call is a POST')
  }
  const given = header('content-type')
  const isEmpty = given === undefined && (header('content-length') ?? '0') === '0' && header('transfer-encoding') === undefined
  const type = isEmpty ? '' : mediaType(given)
  const speaking = protocols.filter(({ mediaTypes }) => type !== undefined && mediaTypes.includes(type))
  if (speaking.length > 0) return speaking
  return unknownType(
    given ?? '',
    protocols.flatMap(({ mediaTypes }) => mediaTypes),
  )
}

function unknownType(given: string, mediaTypes: readonly string[]): Answer {
  const known = [...new Set(mediaTypes)].filter((type) => type !== '').join(', ')
  return problem(415, `content type "${given}" is no call here; send ${known} in UTF-8`, { headers: { 'accept-post': known } })
}

function bodyFault(fault: BodyFault, maxBodyBytes: number): Answer {
  if (fault === 'too-large') return problem(413, `the body has more than ${maxBodyBytes} bytes`)
  return problem(400, 'the body has not arrived')
}
