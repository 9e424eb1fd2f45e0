import type { Reason } from '../../actors/kernel/binding.js'
import { type Call, type EarlyEnd, turnEnded } from '../../actors/kernel/call.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Envelope } from '../../actors/kernel/message.js'
import type { Mail } from '../../actors/kernel/ports.js'
import type { FarActor } from '../../actors/kernel/target.js'
import type { Told } from '../../actors/remote-type.js'
import { lapsed, refuse } from '../../actors/turns/admission.js'
import { encodingFailure, nameOf, unavailable, withdrawn } from '../../actors/turns/failing.js'
import { holdArgs } from '../../actors/turns/sending.js'
import { settleFailure } from '../../actors/turns/settling.js'
import { Deque } from '../../base/deque.js'
import { type Delivered, MailboxFull, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import type { ThreadKey } from '../../base/ids.js'
import type { ValueContext } from '../../codec/context.js'
import { writeValue } from '../../codec/encode.js'
import type { FarReport } from '../../router/reports/notes.js'
import type { Customs } from './customs.js'
import { ContextFor } from './frame-context.js'
import {
  FRAME,
  writeAbort,
  writeCredit,
  writeHold,
  writeMailFrame,
  writeNote,
  writeRecord,
  writeReport,
  writeRequest,
  writeRestart,
  writeRouted,
} from './frames.js'
import type { FrameWriter, Link } from './link.js'
import { requestHead, routedHead } from './request-heads.js'
import { RouteNumbers } from './routes.js'
import type { WayCount } from './way-count.js'

/** Messages that may wait for room on the link. */
const MAX_OUTSIDE = 100_000

export interface PeerParts {
  readonly thread: ThreadKey
  readonly link: Link
  /** Requests that leave for that thread. */
  readonly requests: WayCount
  /** For a thread of another process. */
  readonly customs?: Customs | null
}

/**
 * One other thread as this one sees it: what was asked of it and has not been answered.
 *
 * - **Delivery**: every call that left is settled by its answer, its deadline, its abort or the end of the thread.
 */
export class Peer implements EarlyEnd {
  readonly thread: ThreadKey
  readonly link: Link
  readonly customs: Customs | null
  readonly #core: Core
  readonly #pending = new Map<number, Call>()
  /** Calls whose asker wants to know when the turn has ended, also when the call has before. */
  readonly #turns = new Map<number, Call>()
  /** Requests that leave for that thread. */
  readonly #requests: WayCount
  /** Calls and offers that wait for room on the link. */
  readonly #outside = new Deque<{ readonly envelope: Envelope; readonly target: FarActor }>()
  readonly #routes = new RouteNumbers()
  /** Cells of this thread that it watches, and how to end that. */
  readonly #watched = new Map<number, () => void>()
  #isWriting = false
  #conversation = 0
  readonly #context = new ContextFor()

  constructor(core: Core, { thread, link, requests, customs = null }: PeerParts) {
    this.#core = core
    this.thread = thread
    this.link = link
    this.#requests = requests
    this.customs = customs
  }

  /** How values travel there. */
  get values(): ValueContext {
    const { values } = this.#core
    return this.customs === null ? values : this.customs.values(values)
  }

  /** A cell of this thread, if that thread may know of it. */
  reachable(number: number): Cell | undefined {
    const cell = this.#core.cells.get(number)
    return cell !== undefined && this.customs?.admits(cell) === false ? undefined : cell
  }

  /**
   * Sends a message to an actor of that thread.
   *
   * @throws UnsendableError
   */
  send(envelope: Envelope, target: FarActor): Told {
    if (this.link.full || this.#outside.length > 0) return this.#wait(envelope, target)
    this.#transmit(envelope, target)
    return 'accepted'
  }

  /** Mail for a thread of another process, or from one, over the thread of the exchange. */
  mail(mail: Mail): void {
    this.link.send((frame) => writeMailFrame(frame, mail))
    this.#core.dispatcher.wake()
  }

  /** Room on the link again: what waited for it leaves, in order. */
  onRoom(): void {
    while (!this.link.full) {
      const next = this.#outside.shift()
      if (next === undefined) return
      this.#release(next.envelope, next.target)
    }
  }

  #release(envelope: Envelope, target: FarActor): void {
    if (envelope.call?.settled === true) return lapsed(this.#core, envelope, target)
    try {
      this.#transmit(envelope, target)
    } catch (error) {
      refuse(this.#core, envelope, { reason: 'undecodable', failure: encodingFailure(error) as ServiceFailure, target })
    }
  }

  #transmit(envelope: Envelope, target: FarActor): void {
    const { call } = envelope
    const conversation = call === null ? 0 : ++this.#conversation
    this.#write(envelope, target, conversation)
    this.#core.dispatcher.wake()
    if (call !== null) this.#await(call, conversation, envelope)
  }

  #write(envelope: Envelope, { cell }: FarActor, conversation: number): void {
    const { post, args } = envelope
    // A request sent while another is being written leaves after it, but must do without what that one tells: it may fail.
    const isNested = this.#isWriting
    const known = isNested ? 0 : this.#routes.known(post)
    const told = known > 0 || isNested || post.properties !== null ? 0 : this.#routes.tell(post)
    this.#requests.addSent()
    this.#isWriting = true
    try {
      this.link.send((frame) => {
        if (known > 0) writeRouted(frame, routedHead(this.#core, envelope, { conversation, cell, route: known }))
        else writeRequest(frame, requestHead(this.#core, envelope, { conversation, cell, route: told }))
        writeValue(frame.bytes, args, this.#context.of(this.values, frame), 'args')
      })
    } catch (error) {
      this.#requests.takeBackSent()
      if (told > 0) this.#routes.takeBack(post)
      throw error
    } finally {
      this.#isWriting = isNested
    }
  }

  /**
   * Sends an answer, and before it that something here must keep the process alive: once answered, who asked may let the process end.
   *
   * @throws UnsendableError
   */
  answer(write: (frame: FrameWriter) => void): void {
    this.#core.showHold()
    this.link.send(write)
    this.#core.dispatcher.wake()
  }

  watch(target: FarActor): void {
    this.link.send((frame) => writeNote(frame, FRAME.watch, target.cell, target.id))
    this.#core.dispatcher.wake()
  }

  /** It watches a cell of this thread from now on; `begin` returns how to end that. */
  watched(cell: number, begin: () => () => void): void {
    if (this.#watched.has(cell)) return
    this.#watched.set(cell, () => undefined)
    const stop = begin()
    if (this.#watched.has(cell)) this.#watched.set(cell, stop)
  }

  gone(cell: number, reason: Reason): void {
    this.#watched.delete(cell)
    this.link.send((frame) => writeNote(frame, FRAME.gone, cell, reason))
    this.#core.dispatcher.wake()
  }

  restart(target: FarActor, delayMs: number): void {
    this.link.send((frame) => writeRestart(frame, target.cell, delayMs))
    this.#core.dispatcher.wake()
  }

  hold(number: number): void {
    this.link.send((frame) => writeHold(frame, number))
    this.#core.dispatcher.wake()
  }

  record(tag: number, value: unknown): void {
    this.link.send((frame) => writeRecord(frame, tag, value, this.values))
    this.#core.dispatcher.wake()
  }

  /**
   * Sends a report, or the bytes of its frame where it has been written before; returns these, unless it holds what bytes do not.
   *
   * @throws UnsendableError
   */
  report(report: FarReport, written: Uint8Array | null): Uint8Array | null {
    let bytes = written
    this.link.send((frame) => {
      if (written !== null) return frame.bytes.bytes(written)
      const [mark, attached] = [frame.bytes.mark(), frame.attachments.objects.length]
      writeReport(frame, report, this.values)
      if (frame.attachments.objects.length === attached) bytes = frame.bytes.since(mark)
    })
    this.#core.dispatcher.wake()
    return bytes
  }

  /** The call that an answer belongs to; `undefined` when it has ended since. */
  answered(conversation: number): Call | undefined {
    const call = this.#pending.get(conversation)
    this.#pending.delete(conversation)
    if (call !== undefined) call.earlyEnd = call.onCredit = null
    return call
  }

  /** The stream that an item belongs to; `undefined` when it has ended since. */
  streaming(conversation: number): Call | undefined {
    return this.#pending.get(conversation)
  }

  /** What has become of a turn; a request that ended early without reaching its handler has had none. */
  settledThere(conversation: number, delivered: Delivered): void {
    const call = this.#turns.get(conversation)
    if (call !== undefined && (call.onTurnEnd === null || delivered !== 'maybe')) this.turnEnded(conversation)
  }

  turnEnded(conversation: number): void {
    const call = this.#turns.get(conversation)
    this.#turns.delete(conversation)
    if (call?.settled === false) call.answer?.handedOn?.(call)
    else if (call !== undefined) turnEnded(call)
  }

  endedEarly(call: Call, failure: ServiceFailure): void {
    if (call.settled) this.#pending.delete(call.conversation)
    if (call.settled && call.inGrace) return
    this.link.send((frame) => writeAbort(frame, call.conversation, failure instanceof RequestTimeout))
    this.#core.dispatcher.wake()
  }

  /** The thread has ended: whatever was asked of it fails. */
  lost(): void {
    this.#requests.settle()
    for (const stop of this.#watched.values()) stop()
    this.#watched.clear()
    const calls = [...this.#pending.values()]
    this.#pending.clear()
    for (let next = this.#outside.shift(); next !== undefined; next = this.#outside.shift()) {
      refuse(this.#core, next.envelope, { reason: 'unavailable', failure: unavailable(next.target), target: next.target })
    }
    for (const call of calls) {
      call.earlyEnd = call.onCredit = null
      if (!call.settled) settleFailure(this.#core, call, withdrawn(call))
    }
    for (const conversation of [...this.#turns.keys()]) this.turnEnded(conversation)
  }

  #grant(conversation: number, more: number): void {
    this.link.send((frame) => writeCredit(frame, conversation, more))
    this.#core.dispatcher.wake()
  }

  #await(call: Call, conversation: number, { sender, kind }: Envelope): void {
    call.phase = 'away'
    call.conversation = conversation
    call.caller = sender
    if (kind === 'stream') call.onCredit = (more) => this.#grant(conversation, more)
    call.earlyEnd = this
    this.#pending.set(conversation, call)
    if (call.wantsTurnEnd) this.#turns.set(conversation, call)
  }

  /** A full link does what a full mailbox with `'wait'` does: calls and offers wait outside, a tell is dropped. */
  #wait(envelope: Envelope, target: FarActor): Told {
    if (envelope.kind !== 'tell' && this.#outside.length < MAX_OUTSIDE) {
      envelope.args = holdArgs(this.#core, envelope.args)
      this.#outside.push({ envelope, target })
      return 'accepted'
    }
    const details = `too many messages are on their way to the thread of ${nameOf(target)}; wait for answers, or send with $.offer`
    return refuse(this.#core, envelope, { reason: 'link-full', failure: new MailboxFull({ details }), target })
  }
}
