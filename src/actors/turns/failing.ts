import {
  ApplicationError,
  type Delivered,
  RequestAborted,
  RequestEncodingError,
  RequestTimeout,
  ResponseEncodingError,
  ServiceFailure,
  ServiceUnavailable,
  ServiceWithdrawn,
} from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { copyValue } from '../../codec/copy.js'
import { UnsendableError } from '../../codec/errors.js'
import type { Call, Party } from '../kernel/call.js'
import { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'

/** `service "math"` or `actor 1.7@…`, for messages. */
export function nameOf(party: Party): string {
  return party.name === '' ? `actor ${party.id}` : `service "${party.name}"`
}

/** Whether the handler of a call can have begun. A pool has none of its own; whoever forwards a request has. */
export function deliveredSoFar(call: Call): Delivered {
  const isPooled = call.passedOn !== null && call.target instanceof Cell && call.target.routing !== null
  if (isPooled) return deliveredSoFar(call.passedOn as Call)
  return call.phase === 'queued' ? 'no' : 'maybe'
}

export function timedOut(call: Call): RequestTimeout {
  const where = deliveredSoFar(call) === 'no' ? 'it was still waiting and was not run' : 'its handler may have run'
  const details = `${call.label} did not answer within ${limitOf(call)}; ${where}${ownTimerHint(call)}`
  return new RequestTimeout({ details, delivered: deliveredSoFar(call) })
}

/** The commonest way to wait for oneself: a method that awaits a timer of its own actor, whose turn comes after it. */
function ownTimerHint({ target, phase }: Call): string {
  if (phase !== 'running' || !(target instanceof Cell) || !target.suspended) return ''
  const waits = target.mailbox?.some(({ own }) => own !== null && own.request === null)
  return waits ? '. A timer of the same actor waits for its turn: a method cannot wait for its own timer, since turns never overlap' : ''
}

function limitOf(call: Call): string {
  return call.timeoutMs === Number.POSITIVE_INFINITY ? 'the time its caller had left' : `${Math.round(call.timeoutMs)} ms`
}

export function aborted(call: Call, reason: unknown): RequestAborted {
  return new RequestAborted({ details: `${call.label} was aborted by its caller`, delivered: deliveredSoFar(call), cause: reason })
}

/** Why a request is over whose handler goes on. */
export function endedFailure(core: Core, call: Call): RequestTimeout | RequestAborted {
  return call.due >= 0 && core.world.clock.now() >= call.due ? timedOut(call) : aborted(call, undefined)
}

export function unavailable(party: Party): ServiceUnavailable {
  return new ServiceUnavailable({ details: `${nameOf(party)} is not available: it has stopped or its thread has ended` })
}

export function withdrawn(call: Call): ServiceWithdrawn {
  return new ServiceWithdrawn({ details: `${nameOf(call.target)} went before it answered ${call.label}`, delivered: deliveredSoFar(call) })
}

/** What a verb of a dead `self` says. */
export function deadSelf(party: Party): ServiceWithdrawn {
  return new ServiceWithdrawn({
    details: `this self of ${nameOf(party)} is dead: the actor has restarted or stopped since`,
    delivered: 'no',
  })
}

/** The failure of a request whose arguments cannot be sent; anything else that was thrown stays what it is. */
export function encodingFailure(error: unknown): unknown {
  return error instanceof UnsendableError ? new RequestEncodingError({ details: error.message }) : error
}

const typed = new WeakMap<ServiceFailure, Party>()

/** A typed failure that `party` may throw; let through by another actor it is an application error like any other. */
export function typedFailure(party: Party, code: string, data: unknown, description: string | undefined): ServiceFailure {
  const facts = { data, origin: party.name, delivered: 'yes' as const, ...(description === undefined ? {} : { details: description }) }
  const failure = new ServiceFailure(code, 57, 'Application Error', { ...facts, details: description ?? code })
  typed.set(failure, party)
  return failure
}

/** The failure that answers a call whose handler threw. */
export function handlerFailure(core: Pick<Core, 'values'>, party: Party, thrown: unknown): ServiceFailure {
  if (thrown instanceof ServiceFailure && typed.get(thrown) === party) return rebuilt(core, thrown)
  const cause = sendableError(core, thrown)
  const details = thrown instanceof Error ? thrownText(thrown) : `handler threw ${thrownText(thrown)}`
  return new ApplicationError({ details, origin: party.name, cause })
}

/** A copy without ties to the thread's values; data that cannot be sent becomes an encoding error. */
function rebuilt(core: Pick<Core, 'values'>, failure: ServiceFailure): ServiceFailure {
  try {
    return copyValue(failure, core.values, 'failure') as ServiceFailure
  } catch (error) {
    return new ResponseEncodingError({ details: `${failure.code}: ${thrownText(error)}`, origin: failure.origin })
  }
}

/** How many causes of an error that cannot be sent as it is go with it; they may be a circle. */
const MAX_CAUSES = 8

/** An error as it can leave its actor: with its fields if they can be sent, else with name, message and code. */
export function sendableError(core: Pick<Core, 'values'>, thrown: unknown): unknown {
  try {
    return copyValue(thrown, core.values, 'error')
  } catch {
    return bareError(thrown, MAX_CAUSES)
  }
}

function bareError(thrown: unknown, causes: number): unknown {
  if (!(thrown instanceof Error)) return new Error(`handler threw ${thrownText(thrown)}, which cannot be sent`)
  const bare = new Error(thrownText(thrown))
  try {
    dress(bare, thrown, causes)
  } catch {
    // A getter of the error throws; what was read before goes.
  }
  return bare
}

function dress(bare: Error, thrown: Error, causes: number): void {
  if (typeof thrown.name === 'string') bare.name = thrown.name
  if (typeof thrown.stack === 'string') bare.stack = thrown.stack
  const { code } = thrown as { code?: unknown }
  if (typeof code === 'string' || typeof code === 'number') Object.assign(bare, { code })
  if (thrown.cause instanceof Error && causes > 0) bare.cause = bareError(thrown.cause, causes - 1)
}
