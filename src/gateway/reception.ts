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
  readonly maxHeldBytes: number
  readonly maxBatch: number
  /** Aborts when the gateway begins to close. */
  readonly closing: AbortSignal
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
  /** Of bodies that have come, or may come, of questions that are being answered. */
  #heldBytes = 0

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
    const { core, authorise, desk, maxBatch, closing } = this.#parts
    const { remoteAddress } = question
    const passed = await pass(core, question, authorise, remoteAddress === undefined ? {} : { remoteAddress })
    if (passed === undefined) return this.#refuse()
    const found = await this.#find(question, match, passed)
    if ('status' in found) return found
    return await this.#hold(question, (body) => {
      const { protocol, service, method, properties } = found
      if (body.length > 0 && question.header('content-type') === undefined) return unknownType('', protocol.mediaTypes)
      const caller = { properties: Object.freeze(properties), departure }
      const { log } = core.world
      const place = { service, method, mount: match.mount.path, services: this.#services }
      return protocol.answer({ ...place, body, caller, desk, maxBatch, log, core, question, closing })
    })
  }

  /** What bodies take is counted before they come: of those whose size is not told, as much as they may have. */
  async #hold(question: Question, answer: (body: Uint8Array) => Answer | Promise<Answer>): Promise<Answer> {
    if (question.method === 'GET') return await answer(new Uint8Array())
    const { maxBodyBytes, maxHeldBytes } = this.#parts
    const size = Math.min(Number(question.header('content-length') ?? maxBodyBytes) || 0, maxBodyBytes)
    if (this.#heldBytes + size > maxHeldBytes)
      return problem(503, 'too many bytes are held; try again later', { headers: { 'retry-after': '1' } })
    this.#heldBytes += size
    try {
      const body = await question.body(maxBodyBytes)
      return typeof body === 'string' ? bodyFault(body, maxBodyBytes) : await answer(body)
    } finally {
      this.#heldBytes -= size
    }
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
