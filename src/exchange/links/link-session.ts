import type { World } from '../../base/world.js'
import type { ByteWriter } from '../../codec/byte-writer.js'
import type { Side } from '../protocol/answer.js'
import { FrameError, FrameSplitter } from '../protocol/frame-splitter.js'
import { Handshake, type HandshakeEffect, type HandshakeOptions, type PeerHello } from '../protocol/handshake.js'
import { type RefusalReason, refusalNumber, refusalOf } from '../protocol/refusal.js'
import type { Wire, WireListener } from '../transports/transport.js'
import type { DataLane } from './data-lane.js'
import { FramePace } from './frame-pace.js'
import type { LinkEnd, LinkListener } from './link-listener.js'
import { Outbox, type OutboxLimits } from './outbox.js'
import { type Liveness, LOOK_MS, Silence } from './silence.js'

/** Frames of the link itself; those of the layers above begin at 16. */
const LINK_FRAME = { beat: 1, bye: 2, probe: 3 } as const
/** How long what was sent last may take to leave, once a link is to end. */
export const LINGER_MS = 1000

export interface LinkLimits extends OutboxLimits, Liveness {
  readonly handshakeMs: number
  readonly maxFrameBytes: number
  /** Of control frames that a slow peer lets wait; beyond it the link is given up. */
  readonly maxControlBytes: number
}

export interface LinkSessionOptions {
  readonly world: Pick<World, 'clock' | 'scheduler' | 'text'>
  readonly handshake: HandshakeOptions
  readonly limits: LinkLimits
  /** Whether a peer is welcome. What it rejects with counts as a refusal. */
  readonly authorise: (peer: PeerHello, wire: Wire) => RefusalReason | undefined | Promise<RefusalReason | undefined>
}

/**
 * One link to another process, over one wire: handshake, frames, beats, and its end.
 *
 * - **Ordering**: `onReady`, then frames as they were sent, then `onEnd`.
 * - **Back-pressure**: it never stops reading; `sendData` says when there is no room.
 * - **Cost**: what is sent in a turn of the event loop leaves as one piece.
 */
export class LinkSession implements WireListener {
  readonly #wire: Wire
  readonly #options: LinkSessionOptions
  readonly #listener: LinkListener
  readonly #handshake: Handshake
  readonly #outbox: Outbox
  readonly #splitter: FrameSplitter
  readonly #silence: Silence
  readonly #pace = new FramePace()
  #state: 'shaking' | 'ready' | 'ended' = 'shaking'
  /** Why it was ended from here, for when the wire has closed. */
  #ending: Omit<LinkEnd, 'unsent'> | null = null
  #cancelTimer: () => void
  #lastLook = 0
  #wasFull = false
  #noRoom = 0
  #isFlushDue = false
  readonly #probes: ((alive: boolean) => void)[] = []

  constructor(wire: Wire, side: Side, options: LinkSessionOptions, listener: LinkListener) {
    const { world, limits, handshake } = options
    this.#wire = wire
    this.#options = options
    this.#listener = listener
    this.#handshake = new Handshake(side, handshake)
    this.#outbox = new Outbox(world.text, limits)
    this.#splitter = new FrameSplitter(limits.maxFrameBytes, (bytes, start, end) => this.#frame(bytes, start, end))
    this.#silence = new Silence(limits)
    this.#cancelTimer = world.scheduler.timer(limits.handshakeMs, () => this.#act(this.#handshake.expire()))
    wire.write(this.#handshake.hello)
  }

  get wire(): Wire {
    return this.#wire
  }

  /** Its listener has been told of the end. */
  get hasEnded(): boolean {
    return this.#state === 'ended'
  }

  /** Data frames that wait. */
  get data(): DataLane {
    return this.#outbox.data
  }

  /** Data frames that found no room. */
  get noRoom(): number {
    return this.#noRoom
  }

  /** Bytes that have not left. */
  get backlogBytes(): number {
    return this.#wire.backlogBytes + this.#outbox.data.size + this.#outbox.controlBytes
  }

  /** A frame that goes before all data. Types begin at 16. */
  sendControl(type: number, write?: (bytes: ByteWriter) => void): void {
    if (this.#state !== 'ready') return
    this.#outbox.control(type, write)
    this.#due()
    if (this.#outbox.controlBytes <= this.#options.limits.maxControlBytes) return
    this.#end({ reason: 'lost', by: 'us', error: new Error('the peer takes in less than it must be told') })
  }

  /**
   * Appends a data frame of so many bytes, to be written at once where this says: from an index in `data.target` on, type first. -1 when there is
   * no room or the link has ended.
   */
  reserve(size: number): number {
    return this.#placed(this.#state === 'ready' ? this.data.reserve(size) : -1)
  }

  /** Whether data frames of so many bytes may wait; otherwise it is told when there is room again. */
  hasRoom(size: number): boolean {
    return this.#placed(this.data.hasRoom(size) ? 0 : -1) === 0
  }

  /** Makes the last data frame longer, if `data.serial` is still what it was then; otherwise as `reserve`. */
  extend(size: number): number {
    return this.#placed(this.#state === 'ready' ? this.data.extend(size) : -1)
  }

  /** Resolves with whether anything is heard of the other side within `limitMs`; it is asked to say something. */
  probe(limitMs: number): Promise<boolean> {
    if (this.#state !== 'ready' || this.#ending !== null) return Promise.resolve(false)
    this.sendControl(LINK_FRAME.probe)
    return new Promise((resolve) => {
      const cancel = this.#options.world.scheduler.timer(limitMs, () => this.#probed(false))
      this.#probes.push((alive) => {
        cancel()
        resolve(alive)
      })
    })
  }

  /** Ends the link once what was sent has left, or when that has taken too long. */
  close(reason: RefusalReason | 'closed' = 'closed', drainMs = LINGER_MS): void {
    if (this.#state === 'ended' || this.#ending?.by === 'us') return
    if (this.#state === 'ready') {
      this.#outbox.control(LINK_FRAME.bye, (bytes) => bytes.u8(refusalNumber(reason === 'closed' ? undefined : reason)))
      this.#flush(this.#wire.backlogBytes)
    }
    this.#leave({ reason, by: 'us' }, drainMs)
  }

  onBytes(bytes: Uint8Array): void {
    this.#silence.heard()
    if (this.#probes.length > 0) this.#probed(true)
    if (this.#state === 'shaking') this.#act(this.#handshake.take(bytes))
    else if (this.#state === 'ready') this.#split(bytes)
  }

  onDrained(): void {
    this.#flush(this.#wire.backlogBytes)
    if (this.#ending?.by === 'us' && this.#outbox.isEmpty) this.#wire.end()
    this.#tellRoom()
  }

  #tellRoom(): void {
    if (!this.#wasFull || this.#state !== 'ready' || this.#outbox.data.size > this.#options.limits.maxQueueBytes / 2) return
    this.#wasFull = false
    this.#listener.onRoom()
  }

  onClosed(error: Error | undefined): void {
    this.#ended({ reason: 'lost', by: 'network', error })
  }

  #act(effects: readonly HandshakeEffect[]): void {
    for (const effect of effects) {
      if (this.#state !== 'shaking') return
      switch (effect.kind) {
        case 'send':
          this.#wire.write(effect.bytes)
          break
        case 'ask':
          void this.#ask(effect.peer)
          break
        case 'done':
          this.#ready(effect.peer, effect.rest)
          break
        case 'refused':
          this.#leave({ reason: effect.reason, by: effect.by })
          break
        case 'rubbish':
          this.#end({ reason: 'version', by: 'us', error: new Error('what arrived is no handshake of an exchange') })
      }
    }
  }

  async #ask(peer: PeerHello): Promise<void> {
    let refusal: RefusalReason | undefined
    try {
      refusal = await this.#options.authorise(peer, this.#wire)
    } catch {
      refusal = 'authorise'
    }
    this.#act(this.#handshake.decide(refusal))
  }

  #ready(peer: PeerHello, rest: Uint8Array): void {
    this.#state = 'ready'
    this.#cancelTimer()
    this.#lastLook = this.#options.world.clock.now()
    this.#look()
    this.#listener.onReady(peer)
    if (rest.length > 0 && !this.hasEnded) this.#split(rest)
  }

  #split(bytes: Uint8Array): void {
    try {
      this.#splitter.take(bytes)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#end({ reason: 'lost', by: 'us', error })
    }
  }

  #frame(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state !== 'ready') return
    const type = bytes[start] as number
    if (type === LINK_FRAME.bye) this.#ending ??= { reason: refusalOf(bytes[start + 1] ?? 0) ?? 'closed', by: 'them' }
    else if (type === LINK_FRAME.probe) this.sendControl(LINK_FRAME.beat)
    else if (type !== LINK_FRAME.beat) this.#listener.onFrame(bytes, start, end)
  }

  /** Looks every half second whether the peer is silent, or we are. */
  #look(): void {
    const { clock, scheduler } = this.#options.world
    this.#cancelTimer = scheduler.timer(LOOK_MS, () => {
      const now = clock.now()
      const due = this.#silence.look(now - this.#lastLook)
      const isInTime = this.#pace.look(now - this.#lastLook, this.#splitter.unfinished)
      this.#lastLook = now
      if (due === 'lost' || !isInTime) return this.#end({ reason: 'timeout', by: 'us' })
      if (due === 'beat') this.sendControl(LINK_FRAME.beat)
      if (!this.hasEnded) this.#look()
    })
  }

  #placed(at: number): number {
    if (at >= 0) this.#due()
    else this.#noRoom++
    this.#wasFull ||= at < 0
    return at
  }

  #probed(alive: boolean): void {
    for (const told of this.#probes.splice(0)) told(alive)
  }

  #due(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    this.#options.world.scheduler.microtask(() => {
      this.#isFlushDue = false
      this.#flush(this.#wire.backlogBytes)
      this.#tellRoom()
    })
  }

  #flush(backlogBytes: number): void {
    if (this.#state !== 'ready') return
    const piece = this.#outbox.take(backlogBytes)
    if (piece === null) return
    this.#silence.said()
    this.#wire.write(piece)
  }

  /** Ends once what was sent has left, or has taken too long to. */
  #leave(ending: Omit<LinkEnd, 'unsent'>, drainMs = LINGER_MS): void {
    this.#ending ??= ending
    this.#cancelTimer()
    this.#cancelTimer = this.#options.world.scheduler.timer(drainMs, () => this.#wire.destroy())
    if (this.#outbox.isEmpty) this.#wire.end()
  }

  /** At once: there is nothing more to say. */
  #end(end: Omit<LinkEnd, 'unsent'>): void {
    if (this.hasEnded) return
    this.#ending ??= end
    this.#wire.destroy()
    this.#ended(end)
  }

  #ended(end: Omit<LinkEnd, 'unsent'>): void {
    if (this.hasEnded) return
    this.#state = 'ended'
    this.#cancelTimer()
    this.#probed(false)
    this.#listener.onEnd({ ...(this.#ending ?? end), unsent: this.data.frames })
  }
}
