import { Alarm } from '../../actors/kernel/alarm.js'
import type { Core } from '../../actors/kernel/core.js'
import { isServiceFailure, RequestDecodingError, ServiceUnavailable } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { readClientFrame } from '../../client/protocol/frame-reading.js'
import { CLOSE, type ClientFrame, type GatewayFrame, LIVE_VERSION } from '../../client/protocol/frames.js'
import { GATE_LIMIT_MS, type Properties } from '../authorising.js'
import type { LiveTotals } from '../limits/live-totals.js'
import { Acquaintances } from './acquaintances.js'
import { type Asking, type AskingFrame, type Deed, Deeds } from './deeds.js'
import { beginSubscription, beginWatch, type HearingParts } from './hearing.js'
import type { LiveHost } from './live-host.js'
import { Outbox } from './outbox.js'
import { createOutsider, type Outsider } from './outsider.js'
import { beginCall, beginStream, type RequestParts, tellOnce } from './requests.js'
import { Speech } from './speech.js'
import type { Wire } from './wire.js'

/** How long a client may take to say hello. */
const HELLO_LIMIT_MS = 5000
/** How long it may take to let a client in: the gates of gateway and mount, which have a limit each, and what follows, which takes no time. */
const OPENING_LIMIT_MS = 3 * GATE_LIMIT_MS
/** Beats after which a client that says nothing is gone. */
const SILENT_BEATS = 2

/** What a connection stands on. */
export interface ConnectionParts {
  readonly host: LiveHost
  readonly wire: Wire
  /** What it shares with all other clients. */
  readonly totals: LiveTotals
  /** What methods find of a client that is let in; `undefined` when it is not. */
  readonly admit: (given: Properties) => Promise<Properties | undefined>
  /** Whether what a client says of itself reaches methods. */
  readonly passes: (property: string) => boolean
}

type Parts = RequestParts & HearingParts
type Asked = Exclude<ClientFrame, { readonly kind: 'hello' }>

/**
 * One client:
 *
 *   | state   | event             | next    | effect                                        |
 *   | hello   | hello             | opening | asks whether it is let in                     |
 *   | hello   | anything else, 5 s | closed | –                                             |
 *   | opening | let in            | open    | tells of services, welcome                    |
 *   | opening | not let in, 15 s  | closed  | –                                             |
 *   | open    | a request         | open    | begins what is asked for                      |
 *   | any     | the wire ends     | closed  | ends all that it has asked for                |
 *
 * - **Ownership**: everything that a client has asked for ends with its connection.
 */
export class LiveConnection {
  readonly #parts: ConnectionParts
  readonly #core: Core
  readonly #outbox: Outbox
  readonly #deeds: Deeds
  readonly #alarm = new Alarm(() => this.#onAlarm())
  #state: 'hello' | 'opening' | 'open' | 'closed' = 'hello'
  #serving: Parts | null = null
  #outsider: Outsider | null = null
  #unfollow = (): void => undefined
  /** Beats since the client said something. */
  #beats = 0
  #isLeaving = false

  constructor(parts: ConnectionParts) {
    const { host, wire, totals } = parts
    const { limits } = host
    this.#parts = parts
    this.#core = host.core
    this.#deeds = new Deeds({ maxOpen: limits.maxOpen, totals })
    this.#outbox = new Outbox({
      wire,
      limits,
      budget: totals.bytes,
      onFull: () => this.close(CLOSE.slow, 'the client is too slow'),
      onDropped: () => this.#drop(),
    })
    this.#setAlarm(HELLO_LIMIT_MS)
  }

  /** A message of the client. */
  heard(message: unknown): void {
    if (this.#state === 'closed') return
    const frame = readClientFrame(message)
    this.#beats = 0
    if ('fault' in frame) return this.close(CLOSE.garbled, frame.fault)
    if (frame.kind === 'hello') return this.#greet(frame)
    if (this.#serving === null) return this.close(CLOSE.garbled, 'hello must come first, and then welcome')
    this.#serve({ frame, bytes: typeof message === 'string' ? message.length : 0 }, this.#serving)
  }

  /** Takes no more requests; ends when what it owes has been answered. */
  leave(): void {
    this.#isLeaving = true
    this.#leaveWhenDone()
  }

  close(code: number, reason: string): void {
    if (this.#state === 'closed') return
    this.#parts.wire.close(code, reason.slice(0, 100))
    this.#finish()
  }

  /** The wire has ended; a second time does nothing. */
  ended(): void {
    this.#finish()
    this.#outbox.ended()
  }

  /** Too much waits for all clients, and most of it for this one. */
  #drop(): void {
    this.#core.world.log.warn('gateway: a live client was dropped: maxLiveQueueBytes of the gateway wait for all, and most for this one')
    this.#parts.wire.drop()
    this.#finish()
  }

  #finish(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#core.deadlines.remove(this.#alarm)
    this.#unfollow()
    this.#outbox.close()
    this.#deeds.endAll()
    this.#outsider?.end()
  }

  #greet({ version, properties }: Extract<ClientFrame, { kind: 'hello' }>): void {
    if (this.#state !== 'hello') return this.close(CLOSE.garbled, 'there was a hello before')
    if (version !== LIVE_VERSION) return this.close(CLOSE.garbled, `this gateway speaks version ${LIVE_VERSION}, the client ${version}`)
    this.#state = 'opening'
    this.#setAlarm(OPENING_LIMIT_MS)
    this.#open(properties).catch((error: unknown) => {
      this.#core.world.log.error('gateway: a live connection could not be opened', { error })
      this.close(CLOSE.refused, 'the connection could not be opened')
    })
  }

  async #open(given: Properties): Promise<void> {
    const admitted = await this.#parts.admit(given)
    if (this.#isClosed) return
    if (admitted === undefined) return this.close(CLOSE.refused, 'the gateway does not let you in')
    const outsider = await createOutsider(this.#core)
    if (this.#isClosed) return outsider.end()
    this.#outsider = outsider
    this.#serving = this.#partsFor(outsider, this.#pick(given), admitted)
    this.#welcome()
  }

  /** What is said may fill the outbox, which ends the connection. */
  #welcome(): void {
    const { roster, beatMs } = this.#parts.host
    this.#state = 'open'
    const unfollow = roster.follow((text) => this.#outbox.send(text))
    if (this.#isClosed) return unfollow()
    this.#unfollow = unfollow
    this.#say({ kind: 'welcome', version: LIVE_VERSION, beatMs, process: this.#core.options.process })
    this.#setAlarm(beatMs)
    this.#leaveWhenDone()
  }

  #setAlarm(delayMs: number): void {
    this.#core.deadlines.remove(this.#alarm)
    if (!this.#isClosed) this.#core.deadlines.after(this.#alarm, delayMs)
  }

  get #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #partsFor(outsider: Outsider, said: Properties, admitted: Properties): Parts {
    const { host } = this.#parts
    const { roster, offering, texts, contracts, holdsBack } = host
    const known = new Acquaintances(outsider, roster, offering)
    const speech = new Speech(this.#outbox, known.handles, this.#core.world.log)
    const own = { ...said, ...admitted }
    const propertiesFor = (given: Properties | undefined): Properties =>
      given === undefined ? own : { ...said, ...this.#pick(given), ...admitted }
    return { outsider, known, speech, outbox: this.#outbox, roster, offering, texts, contracts, holdsBack, propertiesFor }
  }

  /** What the client may say of itself. */
  #pick(given: Properties): Properties {
    return Object.fromEntries(Object.entries(given).filter(([key]) => this.#parts.passes(key)))
  }

  #serve({ frame, bytes }: { readonly frame: Asked; readonly bytes: number }, parts: Parts): void {
    switch (frame.kind) {
      case 'beat':
        return undefined
      case 'credit':
        return this.#deeds.credit(frame.id, frame.count)
      case 'end':
        return this.#end(frame.id)
      case 'tell':
        return this.#tell(frame, parts)
      default:
        return this.#begin({ frame, bytes }, parts)
    }
  }

  #end(id: number): void {
    this.#deeds.end(id)
    this.#leaveWhenDone()
  }

  #tell(frame: Extract<Asked, { kind: 'tell' }>, parts: Parts): void {
    if (this.#isLeaving) return
    try {
      tellOnce(parts, frame)
    } catch (error) {
      this.#core.world.log.debug(`gateway: a tell of a live client was refused: ${thrownText(error)}`)
    }
  }

  #begin(asking: Asking, parts: Parts): void {
    const { frame } = asking
    const { id } = frame
    if (this.#deeds.has(id)) return this.close(CLOSE.garbled, `number ${id} is in use`)
    try {
      if (this.#isLeaving) throw new ServiceUnavailable({ details: 'the gateway closes' })
      this.#deeds.begin(
        asking,
        (done) => startDeed(parts, frame, done),
        () => this.#leaveWhenDone(),
      )
    } catch (error) {
      parts.speech.fail(id, isServiceFailure(error) ? error : new RequestDecodingError({ details: thrownText(error) }))
    }
  }

  #leaveWhenDone(): void {
    if (!this.#isLeaving || this.#state === 'opening') return
    if (!this.#deeds.owesAnything) this.close(CLOSE.leaving, 'the gateway closes')
  }

  #say(frame: GatewayFrame): void {
    this.#outbox.send(JSON.stringify(frame))
  }

  #onAlarm(): void {
    if (this.#state === 'hello') return this.close(CLOSE.silent, 'there was no hello in time')
    if (this.#state === 'opening') return this.close(CLOSE.refused, 'it took too long to let the client in')
    if (this.#beats >= SILENT_BEATS) return this.close(CLOSE.silent, 'the client is silent')
    this.#beats++
    this.#say({ kind: 'beat' })
    this.#setAlarm(this.#parts.host.beatMs)
  }
}

function startDeed(parts: Parts, frame: AskingFrame, done: () => void): Deed {
  switch (frame.kind) {
    case 'call':
    case 'offer':
      return beginCall(parts, frame, done)
    case 'stream':
      return beginStream(parts, frame, done)
    case 'subscribe':
      return beginSubscription(parts, frame, done)
    case 'watch':
      return beginWatch(parts, frame, done)
  }
}
