import type { Core } from '../actors/kernel/core.js'
import { type Authorise, type Properties, pass } from './authorising.js'
import type { Departure } from './departure.js'
import type { Desk } from './desk.js'
import { problem, withHeaders } from './http/answer.js'
import { mediaType } from './http/content-type.js'
import { corsHeaders, type DoorRules, decideAtDoor, methodNotAllowed } from './http/door.js'
import type { Answer, BodyFault, Question } from './http/question.js'
import type { LiveTotals } from './limits/live-totals.js'
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
  readonly live: LiveTotals
  /** Aborts when the gateway begins to close. */
  readonly closing: AbortSignal
}

/** Who of a mount answers, and about what. */
interface Found extends Place {
  readonly protocol: GatewayProtocol
  readonly properties: Properties
}

/** Whose question may be answered. */
interface Guest extends Found {
  readonly mount: string
  readonly departure: Departure
}

/** Protocols that have gates, and what somebody has who comes to them. */
interface Guarded {
  readonly protocols: readonly GatewayProtocol[]
  readonly before: Properties
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
    const answer = await this.#attempt(question, match, departure)
    const origin = question.header('origin')
    return origin === undefined ? answer : withHeaders(answer, corsHeaders(origin))
  }

  async #attempt(question: Question, match: Match, departure: Departure): Promise<Answer> {
    const { core, authorise } = this.#parts
    const { remoteAddress } = question
    try {
      const before = remoteAddress === undefined ? {} : { remoteAddress }
      const passed = authorise === undefined ? before : await pass(core, question, authorise, before)
      if (passed === undefined) return this.#refuse()
      const finding = this.#find(question, match, passed)
      // What can be had at once is not awaited: each wait is felt in a call of a small method.
      const found = finding instanceof Promise ? await finding : finding
      if ('status' in found) return found
      // Spelled out: V8 makes an object that is spread and then added to an old one at once, which only a full collection frees.
      const { service, method, protocol, properties } = found
      return await this.#hold(question, { service, method, protocol, properties, mount: match.mount.path, departure })
    } catch (error) {
      core.world.log.error(`gateway: ${question.method} ${question.path} could not be answered`, { error })
      return problem(500, 'the request could not be answered')
    }
  }

  /** What bodies take is counted before they come: of those whose size is not told, as much as they may have. */
  async #hold(question: Question, found: Guest): Promise<Answer> {
    if (question.method === 'GET') return await this.#visit(question, found, new Uint8Array())
    const { maxBodyBytes, live } = this.#parts
    const size = Math.min(Number(question.header('content-length') ?? maxBodyBytes) || 0, maxBodyBytes)
    if (!live.held.hasRoom(size)) return problem(503, 'too many bytes are held; try again later', { headers: { 'retry-after': '1' } })
    live.held.take(size)
    try {
      const body = await question.body(maxBodyBytes)
      return typeof body === 'string' ? bodyFault(body, maxBodyBytes) : await this.#visit(question, found, body)
    } finally {
      live.held.giveBack(size)
    }
  }

  #visit(
    question: Question,
    { protocol, service, method, properties, mount, departure }: Guest,
    body: Uint8Array,
  ): Answer | Promise<Answer> {
    if (body.length > 0 && question.header('content-type') === undefined) return unknownType('', protocol.mediaTypes)
    const { core, desk, maxBatch, live, closing } = this.#parts
    const caller = { properties: Object.freeze(properties), departure }
    const { log } = core.world
    // Spelled out, as above.
    return protocol.answer({
      service,
      method,
      mount,
      services: this.#services,
      body,
      caller,
      desk,
      maxBatch,
      log,
      core,
      question,
      live,
      closing,
    })
  }

  #refuse(): Answer {
    return problem(401, 'the gateway does not let you in', { headers: { 'www-authenticate': this.#parts.challenge } })
  }

  /** Who may not use a mount does not learn what is below it either. */
  #find(question: Question, { mount, below }: Match, before: Properties): Found | Answer | Promise<Found | Answer> {
    const speaking = speakers(question, mount.protocols)
    if ('status' in speaking) return speaking
    const guarded = speaking.findIndex(({ authorise }) => authorise !== undefined)
    const open = guarded < 0 ? speaking : speaking.slice(0, guarded)
    for (const protocol of open) {
      const place = protocol.find(below, question.method, this.#services)
      if (place !== undefined) return { service: place.service, method: place.method, protocol, properties: before }
    }
    if (guarded < 0) return this.#nothingAt(question, mount, below)
    return this.#findBehind(question, { mount, below }, { protocols: speaking.slice(guarded), before })
  }

  /** From the first protocol on that has a gate of its own. */
  async #findBehind(question: Question, { mount, below }: Match, { protocols, before }: Guarded): Promise<Found | Answer> {
    let isRefused = false
    for (const protocol of protocols) {
      const { authorise } = protocol
      const properties = authorise === undefined ? before : await pass(this.#parts.core, question, authorise, before)
      isRefused ||= properties === undefined
      const place = properties === undefined ? undefined : protocol.find(below, question.method, this.#services)
      if (properties !== undefined && place !== undefined) return { ...place, protocol, properties }
    }
    return isRefused ? this.#refuse() : this.#nothingAt(question, mount, below)
  }

  /** Of what has a gate of its own it tells nothing. */
  #nothingAt({ method, path }: Question, { path: at, protocols }: Match['mount'], below: string): Answer {
    const calls = protocols.filter(({ authorise, mediaTypes }) => authorise === undefined && mediaTypes.length > 0)
    if (method === 'GET' && calls.some((protocol) => protocol.find(below, 'POST', this.#services) !== undefined))
      return methodNotAllowed('a call is a POST')
    return problem(404, `there is nothing at ${path}: what is mounted at ${at || '/'} offers no such service`)
  }
}

/** The protocols that a question can be meant for. */
function speakers(question: Question, protocols: readonly GatewayProtocol[]): readonly GatewayProtocol[] | Answer {
  if (question.method === 'GET') {
    const describing = protocols.filter(({ describes }) => describes)
    return describing.length > 0 ? describing : methodNotAllowed('a call is a POST')
  }
  const given = question.header('content-type')
  const isEmpty =
    given === undefined && (question.header('content-length') ?? '0') === '0' && question.header('transfer-encoding') === undefined
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
  if (known === '')
    return methodNotAllowed('no calls are taken here; a live mount is asked with GET, for events, or over a WebSocket', 'GET')
  return problem(415, `content type "${given}" is no call here; send ${known} in UTF-8`, { headers: { 'accept-post': known } })
}

const TAKEN =
  'the body was read before the request came to the gateway; let parsers of bodies leave it alone, or leave what they read as body of the request of node:http'

function bodyFault(fault: BodyFault, maxBodyBytes: number): Answer {
  if (fault === 'too-large') return problem(413, `the body has more than ${maxBodyBytes} bytes`)
  if (fault === 'taken') return problem(500, TAKEN)
  return problem(400, 'the body has not arrived')
}
