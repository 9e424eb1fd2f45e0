import { type Answer, type Call, grantCredit, type Party } from '../../actors/kernel/call.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { Envelope, Post } from '../../actors/kernel/message.js'
import { admit, admitTell, refuse } from '../../actors/turns/admission.js'
import { unsendableResult } from '../../actors/turns/answering.js'
import { endEarly } from '../../actors/turns/early-end.js'
import { aborted, sendableError, timedOut } from '../../actors/turns/failing.js'
import { settleFailure, settleValue } from '../../actors/turns/settling.js'
import {
  ServiceFailure as Failure,
  isServiceFailure,
  MailboxFull,
  RequestDecodingError,
  ResponseDecodingError,
  type ServiceFailure,
} from '../../base/failures.js'
import { readValue } from '../../codec/decode.js'
import { DecodeError } from '../../codec/errors.js'
import type { Router } from '../../router/router.js'
import { callFrom, FarSender } from './far-sender.js'
import { ContextFor, receiverOf } from './frame-context.js'
import {
  FRAME,
  type RequestHead,
  type RoutedHead,
  readRequest,
  readRouted,
  writeFailure,
  writeItem,
  writeResult,
  writeTurnEnd,
} from './frames.js'
import type { FrameReader } from './link.js'
import { bareFailure, noSuchCell, tooManyRequests } from './link-failures.js'
import { type NewsParts, takeNews } from './news.js'
import type { Peer } from './peer.js'
import { TakenFrames } from './taken-frames.js'
import type { WayCount } from './way-count.js'

/** Takes in what one other thread sends: its requests, and the answers to ours. */
export class Inbound implements Answer {
  readonly encodes = true
  readonly #core: Core
  readonly #news: NewsParts
  readonly #peer: Peer
  /** Requests that come from that thread. */
  readonly #requests: WayCount
  /** Requests of that thread that run or wait here. */
  readonly #calls = new Map<number, Call>()
  /** What earlier requests have told, by its number. */
  readonly #routes: (Post | undefined)[] = []
  readonly #context = new ContextFor()
  readonly #taken = new TakenFrames()

  constructor(core: Core, router: Router, peer: Peer, requests: WayCount) {
    this.#requests = requests
    this.#core = core
    this.#news = { core, router, peer, read: (frame) => this.#read(frame) }
    this.#peer = peer
  }

  onFrame(frame: FrameReader): void {
    this.#dispatch(frame)
    this.#taken.add()
  }

  /** That thread has sent something. */
  get hasBegun(): boolean {
    return this.#taken.count > 0
  }

  /** Resolves when so many frames of that thread have been taken in, or when it has ended. */
  taken(frames: number): Promise<void> {
    return this.#taken.reached(frames)
  }

  #dispatch(frame: FrameReader): void {
    const { bytes } = frame
    const tag = bytes.u8()
    if (this.#peer.customs?.takes(tag) === false) return
    switch (tag) {
      case FRAME.request:
        return this.#first(readRequest(bytes), frame)
      case FRAME.routed:
        return this.#next(readRouted(bytes), frame)
      case FRAME.result:
        return this.#result(bytes.varint(), frame)
      case FRAME.failure:
        return this.#failure(bytes.varint(), frame)
      case FRAME.item:
        return this.#item(bytes.varint(), frame)
      case FRAME.credit:
        return this.#credit(bytes.varint(), bytes.varint())
      case FRAME.turnEnd:
        return this.#peer.turnEnded(bytes.varint())
      case FRAME.abort:
        return this.#abort(bytes.varint(), bytes.u8() === 0)
      default:
        return takeNews(this.#news, tag, frame)
    }
  }

  succeed(call: Call, value: unknown): void {
    this.#calls.delete(call.conversation)
    try {
      this.#peer.answer((frame) => writeResult(frame, call.conversation, value, this.#peer.values))
    } catch (error) {
      this.#sendFailure(call, unsendableResult(call, error))
    }
  }

  /**
   * One item of a stream.
   *
   * @throws UnsendableError
   */
  item(call: Call, value: unknown): void {
    this.#peer.answer((frame) => writeItem(frame, call.conversation, value, this.#peer.values))
  }

  fail(call: Call, failure: ServiceFailure): void {
    this.#calls.delete(call.conversation)
    this.#sendFailure(call, failure)
    // Its answer had been put off or given away: no turn is left that could end later.
    if (call.wantsTurnEnd && call.phase === 'ended') this.#sendTurnEnd(call)
  }

  handedOn(call: Call): void {
    if (call.wantsTurnEnd) this.#sendTurnEnd(call)
  }

  /** The thread has ended: nobody waits for its requests any more. */
  lost(): void {
    this.#requests.settle()
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    this.#taken.close()
    for (const call of calls) endEarly(this.#core, call, aborted(call, new Error('the thread of the caller has ended')))
  }

  /** What a request tells of those that follow it. */
  #first(said: RequestHead, frame: FrameReader): void {
    const { customs } = this.#peer
    const head = customs === null ? said : customs.head(said)
    const thread = customs === null ? (head.senderThread ?? this.#peer.thread) : customs.threadOf(head.senderThread)
    const marks = customs === null ? head : { ...head, untrusted: true }
    const post = new Post(head.kind, new FarSender(this.#core.options.process, thread, head), head.method, marks)
    if (head.route > 0) this.#routes[head.route] = post
    this.#request(post, head, frame)
  }

  #next(head: RoutedHead, frame: FrameReader): void {
    this.#peer.customs?.terms(head)
    const post = this.#routes[head.route]
    if (post === undefined) throw new Error(`nothing was told under route ${head.route}; this is a defect of troupe`)
    this.#request(post, head, frame)
  }

  #request(post: Post, head: RoutedHead, frame: FrameReader): void {
    this.#requests.addTaken()
    const core = this.#core
    const cell = this.#peer.reachable(head.cell)
    const call = head.conversation === 0 ? null : this.#call(post.method, head, cell)
    if (call !== null && this.#calls.size > (this.#peer.customs?.mostRequests ?? Number.POSITIVE_INFINITY))
      return this.#refuse(new Envelope(post, [], call), head.cell, tooManyRequests(this.#calls.size - 1))
    const args = this.#args(frame, cell, call)
    if (args === undefined) {
      core.counters.dropped('undecodable')
      return core.letters.add('undecodable', { post, args: [], target: this.#targetOf(head.cell) })
    }
    if (cell === undefined) return this.#refuse(new Envelope(post, args, call), head.cell, noSuchCell(post.method))
    if (call === null) return void admitTell(core, cell, post, args)
    admit(core, cell, new Envelope(post, args, call))
    if (call.settled) return
    core.deadlines.armSoon(call)
    core.dispatcher.requestTick()
  }

  #refuse(envelope: Envelope, number: number, failure: ServiceFailure): void {
    const reason = failure instanceof MailboxFull ? 'mailbox-full' : 'unavailable'
    refuse(this.#core, envelope, { reason, failure, target: this.#targetOf(number) })
  }

  #targetOf(number: number): Party {
    return this.#core.cells.get(number) ?? { id: this.#core.idOf(number), name: '' }
  }

  #call(method: string, head: RoutedHead, cell: Cell | undefined): Call {
    if (this.#peer.customs !== null && this.#calls.has(head.conversation)) throw new DecodeError('a request has the number of another')
    const target = cell ?? { id: `cell ${head.cell}`, name: '' }
    const call = callFrom(this.#core, target, method, head)
    call.answer = this
    if (head.wantsTurnEnd) call.onTurnEnd = () => this.#turnEnded(call)
    this.#calls.set(head.conversation, call)
    return call
  }

  #args(frame: FrameReader, cell: Cell | undefined, call: Call | null): readonly unknown[] | undefined {
    try {
      return this.#read(frame, cell) as readonly unknown[]
    } catch (error) {
      const failure = new RequestDecodingError({ details: `the arguments could not be read: ${String(error)}` })
      if (call !== null) settleFailure(this.#core, call, failure)
      else this.#core.world.log.error(failure.message, { error })
      return undefined
    }
  }

  #read(frame: FrameReader, receiver: Cell = this.#core.root): unknown {
    this.#core.receiver = receiver
    return readValue(frame.bytes, this.#context.of(this.#peer.values, frame))
  }

  #result(conversation: number, frame: FrameReader): void {
    const call = this.#answered(conversation)
    if (call !== undefined) this.#succeeded(call, frame)
    this.#peer.settledThere(conversation, 'yes')
  }

  #succeeded(call: Call, frame: FrameReader): void {
    try {
      settleValue(this.#core, call, this.#read(frame, receiverOf(call)))
    } catch (error) {
      const details = `${call.label}: the answer could not be read: ${String(error)}`
      settleFailure(this.#core, call, new ResponseDecodingError({ details }))
    }
  }

  #item(conversation: number, frame: FrameReader): void {
    const call = this.#peer.streaming(conversation)
    if (call === undefined || call.settled) return this.#core.counters.late()
    try {
      call.answer?.item?.(call, this.#read(frame, receiverOf(call)))
    } catch (error) {
      endEarly(this.#core, call, new ResponseDecodingError({ details: `${call.label}: an item could not be read: ${String(error)}` }))
    }
  }

  #credit(conversation: number, more: number): void {
    const call = this.#calls.get(conversation)
    if (call !== undefined && !call.settled) grantCredit(call, more)
  }

  #failure(conversation: number, frame: FrameReader): void {
    const call = this.#answered(conversation)
    const failure = this.#readFailure(frame, call)
    if (call !== undefined) settleFailure(this.#core, call, failure)
    this.#peer.settledThere(conversation, failure.delivered)
  }

  #readFailure(frame: FrameReader, call: Call | undefined): ServiceFailure {
    const details = 'the failure of a call could not be read'
    try {
      const read = this.#read(frame, call === undefined ? undefined : receiverOf(call))
      return isServiceFailure(read) ? read : new ResponseDecodingError({ details })
    } catch (error) {
      return new ResponseDecodingError({ details: `${details}: ${String(error)}` })
    }
  }

  #answered(conversation: number): Call | undefined {
    const call = this.#peer.answered(conversation)
    if (call === undefined || call.settled) {
      this.#core.counters.late()
      return undefined
    }
    return call
  }

  /** The asker knows by the answer, unless the request ended early. */
  #turnEnded(call: Call): void {
    if (call.settled) this.#sendTurnEnd(call)
  }

  #sendTurnEnd(call: Call): void {
    this.#peer.link.send((frame) => writeTurnEnd(frame, call.conversation))
    this.#core.dispatcher.wake()
  }

  #abort(conversation: number, expired: boolean): void {
    const call = this.#calls.get(conversation)
    if (call !== undefined) endEarly(this.#core, call, expired ? timedOut(call) : aborted(call, undefined))
  }

  /** Bare, without cause and data, when those cannot be sent. */
  #sendFailure(call: Call, failure: ServiceFailure): void {
    const sendable = sendableError(this.#core, failure)
    try {
      this.#writeFailure(call, sendable instanceof Failure ? sendable : bareFailure(failure))
    } catch {
      this.#writeFailure(call, bareFailure(failure))
    }
  }

  #writeFailure(call: Call, failure: ServiceFailure): void {
    this.#peer.answer((frame) => writeFailure(frame, call.conversation, failure, this.#peer.values))
  }
}
