import { asMaybeDelivered, RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import { moveOn } from '../../codec/moving/marks.js'
import { type Answer, adopt, Call, grantCredit } from '../kernel/call.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Envelope } from '../kernel/message.js'
import type { Target } from '../kernel/ports.js'
import { admit, refuse } from './admission.js'
import { watchTurn } from './early-end.js'
import { encodingFailure, unavailable } from './failing.js'
import { ownArgs, renewArgs } from './sending.js'
import { settleFailure, settleValue } from './settling.js'

/** Where a message goes on to. */
export interface RelayOrder {
  readonly target: Target
  readonly method: string
  /** Who passes it on has seen the arguments, and may keep them. */
  readonly seen?: boolean | undefined
  /** Told when the turn of the target's handler has ended, or will never be. */
  readonly ended?: (() => void) | undefined
}

/** Passes a message on: the outcome goes to who sent it, its end ends the work. The sender stays who it was. */
export function relay(core: Core, envelope: Envelope, order: RelayOrder): void {
  const { method } = order
  const target = core.reached(order.target)
  const call = envelope.call === null && order.ended === undefined ? null : relayedCall(core, envelope, { ...order, target })
  const kind = call === null ? 'tell' : envelope.kind === 'stream' ? 'stream' : 'call'
  const post = envelope.post.passedOn(kind, method)
  core.counters.sent()
  moveOn(envelope.args)
  try {
    if (target.far) sendFar(core, new Envelope(post, envelope.args, call), target)
    else admit(core, target, new Envelope(post, argsFor(core, target, envelope.args, order), call))
  } catch (error) {
    core.counters.unsent()
    const failure = encodingFailure(error) as ServiceFailure
    if (call === null) reportTell(core, method, failure)
    else settleFailure(core, call, failure)
  }
}

/** Copied when the message was sent, and where nobody has seen them since, only what travels by reference is made anew. */
function argsFor(core: Core, target: Cell, args: readonly unknown[], { seen }: RelayOrder): readonly unknown[] {
  return seen === true ? ownArgs(core, target, args) : renewArgs(core, target, args)
}

function sendFar(core: Core, envelope: Envelope, target: Extract<Target, { far: true }>): void {
  if (target.gone === null) core.delivery.send(envelope, target)
  else refuse(core, envelope, { reason: 'unavailable', failure: unavailable(target), target })
}

function relayedCall(core: Core, envelope: Envelope, order: RelayOrder): Call {
  const original = envelope.call
  const call = new Call(core, order.target, order.method, original?.timeoutMs ?? Number.POSITIVE_INFINITY)
  call.answer = new RelayAnswer(core, envelope, order)
  call.wantsTurnEnd = order.ended !== undefined
  if (original === null) return call
  call.capMs = original.due >= 0 ? original.due : original.capMs
  call.parent = original
  call.credit = original.credit
  original.onCredit = (more) => grantCredit(call, more)
  adopt(original, call)
  original.passedOn = call
  return call
}

class RelayAnswer implements Answer {
  readonly encodes = false
  readonly #core: Core
  readonly #envelope: Envelope
  readonly #order: RelayOrder
  #hasEnded = false

  constructor(core: Core, envelope: Envelope, order: RelayOrder) {
    this.#core = core
    this.#envelope = envelope
    this.#order = order
  }

  item(_call: Call, value: unknown): void {
    const { call } = this.#envelope
    if (call === null || call.settled) return
    if (call.answer?.encodes === true) moveOn(value)
    call.answer?.item?.(call, value)
  }

  succeed(_call: Call, value: unknown): void {
    const { call } = this.#envelope
    if (call !== null && !call.settled) {
      if (call.answer?.encodes === true) moveOn(value)
      settleValue(this.#core, call, value)
      watchTurn(this.#core, call)
    }
    this.#ended()
  }

  handedOn(): void {
    this.#ended()
  }

  /** Who runs a request that has ended before its turn is not free until its turn has ended too. */
  fail(own: Call, failure: ServiceFailure): void {
    const { call } = this.#envelope
    if (call === null) reportTell(this.#core, this.#order.method, failure)
    else if (!call.settled) {
      settleFailure(this.#core, call, this.#order.seen === true ? asMaybeDelivered(failure) : failure)
      watchTurn(this.#core, call)
    }
    const early = failure instanceof RequestTimeout || failure instanceof RequestAborted
    if (early && failure.delivered === 'maybe' && own.phase !== 'ended') own.onTurnEnd = () => this.#ended()
    else this.#ended()
  }

  #ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#order.ended?.()
  }
}

function reportTell(core: Core, method: string, failure: ServiceFailure): void {
  core.counters.failedTell()
  core.world.log.warn(`${method}() failed; nobody waits for its answer`, { error: failure })
}
