import type { Call } from '../kernel/call.js'
import type { Cell, Handler } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Envelope } from '../kernel/message.js'

/** One turn of a cell that may have several. */
class Turn {
  readonly cell: Cell
  readonly envelope: Envelope

  constructor(cell: Cell, envelope: Envelope) {
    this.cell = cell
    this.envelope = envelope
  }
}

/** The turn of a message has begun and not ended. */
export function hasTurn(cell: Cell, envelope: Envelope): boolean {
  return cell.current === envelope || cell.turns?.has(envelope) === true
}

/** The message whose turn is running: with concurrency 1 always known, else carried over `await`. */
function currentTurn(core: Core, cell: Cell): Envelope | null {
  if (cell.current !== null || cell.spec.concurrency === 1) return cell.current
  const turn = core.world.context.get()
  return turn instanceof Turn && turn.cell === cell && hasTurn(cell, turn.envelope) ? turn.envelope : null
}

/** The request that an actor is running; for a step of a stream that of the stream. */
export function currentRequest(core: Core, cell: Cell): Envelope | null {
  const envelope = currentTurn(core, cell)
  return envelope === null || envelope.own === null ? envelope : envelope.own.request
}

/** The call that {@link currentRequest} answers; none once it has been answered, as a deferred one may be while its method goes on. */
export function currentCall(core: Core, cell: Cell): Call | null {
  const call = currentRequest(core, cell)?.call ?? null
  return call === null || (call.settled && !call.endedEarly) ? null : call
}

/** Runs a handler so that {@link currentRequest} finds its message afterwards; a turn for no request needs no context. */
export function runHandler(core: Core, cell: Cell, envelope: Envelope, handler: Handler): unknown {
  const free = envelope.own !== null && envelope.own.request === null
  if (free || cell.spec.concurrency === 1) return handler.apply(cell.methods, envelope.args as unknown[])
  return core.world.context.run(new Turn(cell, envelope), () => handler.apply(cell.methods, envelope.args as unknown[]))
}
