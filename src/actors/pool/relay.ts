import { RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import { checkValue } from '../../codec/check.js'
import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { type Answer, adopt, Call, Envelope, untrusted } from '../kernel/message.js'
import { admit } from '../turns/admission.js'
import { encodingFailure, unavailable } from '../turns/failing.js'
import { settleFailure, settleValue } from '../turns/settling.js'
import type { Worker } from './worker.js'

/** What a pool does when a worker has finished a message. */
export type Finished = (worker: Worker) => void

/**
 * Passes a message on to a worker. The outcome goes to who sent it; its end ends the work.
 */
export function relay(core: Core, envelope: Envelope, worker: Worker, finished: Finished): void {
  const original = envelope.call
  const call = new Call(core, worker.target, envelope.method, original?.timeoutMs ?? Number.POSITIVE_INFINITY)
  call.answer = new RelayAnswer(core, envelope, worker, finished)
  call.wantsTurnEnd = true
  if (original !== null) {
    call.capMs = original.due >= 0 ? original.due : original.capMs
    call.parent = original
    adopt(original, call)
    original.passedOn = call
  }
  worker.busy++
  try {
    if (worker.target.far) sendFar(core, envelope, call, worker)
    else admit(core, worker.target, copyFor(core, worker.target, envelope, call))
    core.counters.sent()
  } catch (error) {
    settleFailure(core, call, encodingFailure(error) as ServiceFailure)
  }
}

function copyFor(core: Core, worker: Cell, envelope: Envelope, call: Call): Envelope {
  const { args } = envelope
  core.receiver = worker
  const own = checkValue(args, core.values, 'args') ? (core.copy(args, 'args') as readonly unknown[]) : args
  return untrusted(new Envelope('call', envelope.sender, envelope.method, own, call), envelope.untrusted)
}

function sendFar(core: Core, envelope: Envelope, call: Call, worker: Worker): void {
  const { target } = worker
  if (!target.far) return
  if (target.gone !== null) {
    core.counters.dropped('unavailable')
    settleFailure(core, call, unavailable(target))
    return
  }
  core.delivery.send(untrusted(new Envelope('call', envelope.sender, envelope.method, envelope.args, call), envelope.untrusted), target)
}

class RelayAnswer implements Answer {
  readonly encodes = false
  readonly #core: Core
  readonly #envelope: Envelope
  readonly #worker: Worker
  readonly #finished: Finished

  constructor(core: Core, envelope: Envelope, worker: Worker, finished: Finished) {
    this.#core = core
    this.#envelope = envelope
    this.#worker = worker
    this.#finished = finished
  }

  succeed(_call: Call, value: unknown): void {
    const { call } = this.#envelope
    if (call !== null && !call.settled) settleValue(this.#core, call, value)
    this.#finished(this.#worker)
  }

  /** A worker whose request has ended before its turn is not free until its turn has ended too. */
  fail(own: Call, failure: ServiceFailure): void {
    const { call } = this.#envelope
    if (call === null) this.#reportTell(failure)
    else if (!call.settled) settleFailure(this.#core, call, failure)
    const early = failure instanceof RequestTimeout || failure instanceof RequestAborted
    if (early && failure.delivered === 'maybe' && own.phase !== 'ended') own.onTurnEnd = () => this.#finished(this.#worker)
    else this.#finished(this.#worker)
  }

  #reportTell(failure: ServiceFailure): void {
    this.#core.counters.failedTell()
    this.#core.world.log.warn(`${this.#envelope.method}() failed; nobody waits for its answer`, { error: failure })
  }
}
