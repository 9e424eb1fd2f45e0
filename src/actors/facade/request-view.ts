import type { ServiceFailure } from '../../base/failures.js'
import { Binding } from '../kernel/binding.js'
import { Cell, type TurnView } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Call, EarlyEnd, Envelope } from '../kernel/message.js'
import type { FarActor } from '../kernel/target.js'
import type { ServiceBinding } from '../remote-type.js'
import type { Request } from '../self-type.js'
import { endedFailure } from '../turns/failing.js'
import { factsOfCell } from './facts.js'

const NEVER = Number.POSITIVE_INFINITY

/** `self.request`: made when a method asks for it. */
export class RequestView implements Request, TurnView, EarlyEnd {
  readonly #core: Core
  readonly #envelope: Envelope
  readonly #call: Call | null
  #id: string | null = null
  #controller: AbortController | null = null
  #early: unknown

  constructor(core: Core, envelope: Envelope) {
    this.#core = core
    this.#envelope = envelope
    this.#call = envelope.call
    if (this.#call === null) return
    if (this.#call.settled) this.#early = endedFailure(core, this.#call)
    else this.#call.earlyEnd = this
  }

  get id(): string {
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

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#early !== undefined) this.#controller.abort(this.#early)
    }
    return this.#controller.signal
  }

  endedEarly(_call: Call, failure: ServiceFailure): void {
    this.abort(failure)
  }

  abort(reason: unknown): void {
    this.#early ??= reason
    this.#controller?.abort(reason)
  }

  end(): void {
    if (this.#call !== null && this.#call.earlyEnd === this) this.#call.earlyEnd = null
  }
}
