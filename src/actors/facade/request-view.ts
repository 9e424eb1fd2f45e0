import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import { Binding, factsOf } from '../kernel/binding.js'
import type { Call, EarlyEnd } from '../kernel/call.js'
import { Cell, type Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Envelope, Properties, TurnView } from '../kernel/message.js'
import type { Target } from '../kernel/ports.js'
import type { FarActor } from '../kernel/target.js'
import { quote } from '../quote.js'
import type { Deferred, Forwarded, ServiceBinding } from '../remote-type.js'
import type { Request } from '../request-type.js'
import { answerThrown, answerValue } from '../turns/answering.js'
import { watchTurn } from '../turns/early-end.js'
import { endedFailure, nameOf } from '../turns/failing.js'
import { relay } from '../turns/relay.js'
import { factsOfCell } from './facts.js'
import { targetOf } from './references.js'
import { partsOf } from './remote.js'

/** How often a request may be forwarded: actors that forward to each other would do so without end. */
const MAX_HOPS = 32
const NEVER = Number.POSITIVE_INFINITY
const NO_PROPERTIES: Properties = Object.freeze({})
const FORWARDED = Object.freeze({ kind: 'forwarded' }) as unknown as Forwarded

/** `self.request`: made when a method asks for it. */
export class RequestView implements Request, TurnView, EarlyEnd {
  readonly #core: Core
  readonly #cell: Cell
  readonly #life: Life
  readonly #envelope: Envelope
  readonly #call: Call | null
  #id: string | null = null
  #controller: AbortController | null = null
  #early: unknown
  #handedOver = false
  #forwarded = false
  /** An answer that was put off and not given yet. */
  #owes = false
  #ended = false

  constructor(core: Core, cell: Cell, envelope: Envelope) {
    this.#core = core
    this.#cell = cell
    this.#life = cell.life
    this.#envelope = envelope
    this.#call = envelope.call
    if (this.#call === null) return
    if (this.#call.settled) this.#early = endedFailure(core, this.#call)
    else this.#call.earlyEnd ??= this
  }

  get handedOver(): boolean {
    return this.#handedOver
  }

  get id(): string {
    const call = this.#call
    if (call !== null) {
      call.token ??= this.#core.newRequestId()
      return call.token
    }
    this.#id ??= this.#core.newRequestId()
    return this.#id
  }

  get sender(): ServiceBinding {
    const { sender } = this.#envelope
    if (sender instanceof Cell) return new Binding(factsOfCell(this.#core, sender))
    return new Binding(sender as FarActor)
  }

  get deadline(): number {
    const left = this.remainingMs
    return left === NEVER ? NEVER : this.#core.world.clock.wall() + left
  }

  get remainingMs(): number {
    const call = this.#call
    if (call === null) return NEVER
    this.#core.deadlines.armNow(call)
    return call.due < 0 ? NEVER : Math.min(call.timeoutMs, Math.max(0, call.due - this.#core.world.clock.now()))
  }

  get properties(): Properties {
    return this.#envelope.post.properties ?? NO_PROPERTIES
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#early !== undefined) this.#controller.abort(this.#early)
    }
    return this.#controller.signal
  }

  defer<Result>(): Deferred<Result> {
    this.#mayHandOver('defer()')
    const cell = this.#cell
    const call = this.#call
    const { capacity } = cell.spec.mailbox
    cell.deferred ??= new Set()
    if (cell.deferred.size >= capacity) {
      throw new MailboxFull({ details: `${nameOf(cell)} owes ${capacity} answers, as many as its mailbox holds messages` })
    }
    this.#handedOver = true
    this.#owes = call === null || !call.settled
    if (call !== null && this.#owes) cell.deferred.add(call)
    return this.#handle<Result>((value) => call !== null && answerValue(this.#core, cell, call, this.#envelope.sender, value))
  }

  forward(target: unknown, method: string = this.#envelope.method): Forwarded {
    const to = targetFor(this.#core, target)
    if (typeof method !== 'string' || method === '') throw new TypeError(`forward(): method is ${quote(method)}; give the name of a method`)
    this.#mayHandOver('forward()')
    if (this.#envelope.post.hops >= MAX_HOPS)
      throw new Error(`forward(): this request was forwarded ${MAX_HOPS} times; do its actors forward it to each other?`)
    this.#handedOver = this.#forwarded = true
    if (this.#call?.settled !== true) relay(this.#core, this.#envelope, { target: to, method, seen: true })
    return FORWARDED
  }

  endedEarly(_call: Call, failure: ServiceFailure): void {
    this.#forget()
    this.abort(failure)
  }

  abort(reason: unknown): void {
    this.#early ??= reason
    this.#controller?.abort(reason)
  }

  takeBack(): void {
    this.#handedOver = this.#forwarded = false
    this.#forget()
  }

  /** The turn has ended; of an answer that is still owed one hears on. */
  end(): void {
    this.#ended = true
    const call = this.#call
    if (call === null) return
    if (call.earlyEnd === this && !this.#handedOver) call.earlyEnd = null
    if (this.#forwarded && !call.settled) call.answer?.handedOn?.(call)
  }

  /** What the method returns; a class of its own would be no plain object. */
  #handle<Result>(answer: (value: Result) => unknown): Deferred<Result> {
    const handle: Pick<Deferred<Result>, 'resolve' | 'reject'> = {
      resolve: (value) => this.#later(() => answer(value)),
      reject: (error) => this.#later(() => answerThrown(this.#core, this.#cell, this.#envelope, error)),
    }
    return handle as Deferred<Result>
  }

  #mayHandOver(verb: string): void {
    if (this.#envelope.kind === 'stream' && (verb === 'defer()' || this.#call?.onCredit != null))
      throw new Error(`${verb}: this request is a stream, whose answers are what its generator yields`)
    if (this.#handedOver) throw new Error(`${verb}: the answer of this request was deferred or forwarded before; do it once`)
    if (this.#life.dead || this.#ended) throw new Error(`${verb}: the method has ended; call it while the method runs`)
  }

  /** A deferred answer counts once, and only while its call waits. */
  #later(answer: () => unknown): void {
    if (!this.#owes || this.#life.dead) return this.#core.counters.late()
    // Given before it is forgotten: a drain ends when nothing is owed any more.
    this.#owes = false
    answer()
    if (this.#call !== null) watchTurn(this.#core, this.#call)
    this.#forget()
  }

  #forget(): void {
    this.#owes = false
    const call = this.#call
    if (call === null || this.#cell.deferred?.delete(call) !== true) return
    this.#cell.idleWatch?.touch()
    this.#cell.look()
  }
}

function targetFor(core: Core, value: unknown): Target {
  const parts = partsOf(value)
  if (parts !== undefined) return parts.target
  if (value instanceof Binding) return targetOf(core, factsOf(value))
  throw new TypeError(`forward(): target is ${quote(value)}; give a Remote or a binding`)
}
