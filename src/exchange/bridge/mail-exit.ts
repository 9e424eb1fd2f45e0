import type { Scheduler } from '../../base/world.js'
import type { LinkSession } from '../links/link-session.js'
import {
  countHop,
  type Destination,
  destinationBytes,
  type FrameBounds,
  type MailFrame,
  MOST_DESTINATIONS,
  mailBytes,
  writeDestination,
  writeMail,
} from '../protocol/mail-frame.js'
import type { ProcessIds } from '../protocol/process-ids.js'

/** Larger bodies travel in pieces, so that nothing waits long behind one. */
const PIECE_BYTES = 64 * 2 ** 10

/** The last frame of a link, to which destinations may be added until it leaves or another follows. */
interface Last {
  readonly mail: MailFrame
  /** From its beginning. */
  readonly bodyAt: number
  readonly serial: number
  destinations: number
}

/** Mail with a body that needs several frames: it is not written before all its destinations are known. */
interface Large {
  readonly mail: MailFrame
  readonly destinations: Destination[]
}

/**
 * Where mail leaves over one link. What is for several threads behind the link, such as a report, and is sent to one after the other, goes over
 * it once: whoever follows with the same body is added to the frame before, as long as that has not left.
 */
export class MailExit {
  readonly #session: LinkSession
  readonly #ids: ProcessIds
  readonly #scheduler: Pick<Scheduler, 'microtask'>
  #last: Last | null = null
  #large: Large | null = null

  constructor(session: LinkSession, { ids, scheduler }: { readonly ids: ProcessIds; readonly scheduler: Pick<Scheduler, 'microtask'> }) {
    this.#session = session
    this.#ids = ids
    this.#scheduler = scheduler
  }

  /** False when there is no room. */
  send(mail: MailFrame, destination: Destination): boolean {
    if (mail.body.length > PIECE_BYTES) return this.#sendLarge(mail, destination)
    this.#writeLarge()
    return this.#join(mail, destination) ?? this.#sendWhole(mail, destination)
  }

  /** Hands on a frame of another link as it is; false when there is no room. */
  pass(bytes: Uint8Array, { start, end }: FrameBounds): boolean {
    this.#writeLarge()
    const at = this.#session.reserve(end - start)
    if (at < 0) return false
    const { target } = this.#session.data
    target.set(bytes.subarray(start, end), at)
    countHop(target, at)
    return true
  }

  #sendWhole(mail: MailFrame, destination: Destination): boolean {
    const { data } = this.#session
    const at = this.#session.reserve(mailBytes(mail) + destinationBytes(destination))
    if (at < 0) return false
    const end = writeMail(mail, this.#ids, data.target, at)
    writeDestination(destination, this.#ids, data.target, end)
    this.#last = { mail, bodyAt: end - mail.body.length - at, serial: data.serial, destinations: 1 }
    return true
  }

  /** `undefined` when it is not what has been sent before. */
  #join(mail: MailFrame, destination: Destination): boolean | undefined {
    const last = this.#last
    const { data } = this.#session
    if (last === null || last.serial !== data.serial || last.destinations === MOST_DESTINATIONS) return undefined
    if (!isLike(mail, last.mail) || !isAt(mail.body, data.target, data.lastAt + last.bodyAt)) return undefined
    const at = this.#session.extend(destinationBytes(destination))
    if (at < 0) return false
    writeDestination(destination, this.#ids, data.target, at)
    last.destinations++
    return true
  }

  #sendLarge(mail: MailFrame, destination: Destination): boolean {
    if (this.#joinLarge(mail, destination)) return true
    this.#writeLarge()
    if (!this.#session.hasRoom(piecesBytes(mail, [destination]))) return false
    this.#large = { mail, destinations: [destination] }
    this.#scheduler.microtask(() => this.#writeLarge())
    return true
  }

  /** The same for one who has it already is another message: pieces of two at a time could not be told from each other. */
  #joinLarge(mail: MailFrame, destination: Destination): boolean {
    const large = this.#large
    if (large === null || large.destinations.length === MOST_DESTINATIONS || !isLike(mail, large.mail)) return false
    if (large.destinations.some((other) => isSamePlace(other, destination)) || !isAt(mail.body, large.mail.body, 0)) return false
    if (!this.#session.data.hasRoom(piecesBytes(mail, [...large.destinations, destination]))) return false
    large.destinations.push(destination)
    return true
  }

  #writeLarge(): void {
    const large = this.#large
    if (large === null) return
    this.#large = null
    const { mail, destinations } = large
    for (let at = 0; at < mail.body.length; at += PIECE_BYTES) {
      const body = mail.body.subarray(at, at + PIECE_BYTES)
      const more = at + PIECE_BYTES < mail.body.length
      for (const destination of destinations) {
        const piece = { ...mail, body, more: more || mail.more }
        const to = more ? { ...destination, head: NOTHING } : destination
        void (this.#join(piece, to) ?? this.#sendWhole(piece, to))
      }
    }
  }
}

/** At most: of all pieces, as if each had the whole heads. */
function piecesBytes(mail: MailFrame, destinations: readonly Destination[]): number {
  const { body } = mail
  const besides = destinations.reduce((sum, one) => sum + destinationBytes(one), LENGTH_BYTES + mailBytes(mail) - body.length)
  return body.length + Math.ceil(body.length / PIECE_BYTES) * besides
}

function isSamePlace(one: Destination, other: Destination): boolean {
  return one.thread === other.thread && one.process === other.process
}

const LENGTH_BYTES = 4
const NOTHING = new Uint8Array(0)

function isLike(one: MailFrame, other: MailFrame): boolean {
  if (one.from !== other.from || one.origin !== other.origin || one.body.length !== other.body.length) return false
  return one.kind === other.kind && one.hops === other.hops && one.more === other.more
}

function isAt(body: Uint8Array, target: Uint8Array, at: number): boolean {
  for (let i = 0; i < body.length; i++) if (body[i] !== target[at + i]) return false
  return true
}
