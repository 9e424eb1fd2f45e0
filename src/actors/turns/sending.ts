import { onAbort } from '../../base/abort-signal.js'
import { RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import { checkValue } from '../../codec/check.js'
import { moveOn } from '../../codec/moving/marks.js'
import { adopt, Call } from '../kernel/call.js'
import type { Cell, Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Envelope, type Post } from '../kernel/message.js'
import type { Target } from '../kernel/ports.js'
import type { FarActor } from '../kernel/target.js'
import type { CallOptions, Told } from '../remote-type.js'
import { ownCopy } from '../values/copying.js'
import { admit, admitTell, refuse } from './admission.js'
import { currentCall } from './context.js'
import { endEarly } from './early-end.js'
import { aborted, encodingFailure, endedFailure, timedOut, unavailable } from './failing.js'
import { settleFailure } from './settling.js'
import { tracedPost } from './tracing.js'

/** All that a method of a Remote knows before it is called. */
export interface Route {
  readonly core: Core
  /** The incarnation that asks. */
  readonly life: Life
  readonly target: Target
  readonly post: Post
  /** Of the contract or the system; `options` go before it. */
  readonly timeoutMs: number
  readonly options: CallOptions | null
  /** What the caller makes of a value that answers it. */
  readonly receive?: ((value: unknown) => unknown) | undefined
}

/** All of it but who gets it. */
export type Sending = Omit<Route, 'target'>

type Args = readonly unknown[]

/** Calls a method; the promise settles exactly once, whatever dies. */
export function request(route: Route, args: Args): Promise<unknown> {
  return new Promise((resolve, reject) => void beginRequest(route, args, resolve, reject))
}

/** {@link request} for who may end the call. */
export function requestToEnd(route: Route, args: Args): { readonly call: Call; readonly answer: Promise<unknown> } {
  let call: Call | null = null
  const answer = new Promise((resolve, reject) => {
    call = beginRequest(route, args, resolve, reject)
  })
  return { call: call as unknown as Call, answer }
}

type Resolve = (value: unknown) => void
type Reject = (failure: ServiceFailure) => void

/** A call of whoever waits without a promise; it may have ended when this returns. */
// shape: four parameters, for it is on the way of every call
export function beginRequest(route: Route, args: Args, resolve: Resolve, reject: Reject): Call {
  const call = newCall(route, route.options?.timeoutMs ?? route.timeoutMs)
  const { receive } = route
  call.resolve = receive === undefined ? resolve : (value) => resolve(receive(value))
  call.reject = reject
  route.core.retain()
  begin(call, route, args)
  return call
}

/** Begins the call of a stream, whose answers go where `call.answer` says. */
export function beginStream(route: Route, call: Call, args: Args): void {
  begin(call, route, args)
}

/** A call of a route that has not begun. */
export function newCall({ core, target, post }: Route, timeoutMs: number): Call {
  return new Call(core, target, post.method, timeoutMs)
}

/**
 * Sends one way.
 *
 * @throws RequestEncodingError
 */
export function tell(route: Route, args: Args): Told {
  const { core, options } = route
  const post = tracedPost(route)
  if (options !== null && (options.timeoutMs !== undefined || options.signal !== undefined)) return tellWithin(route, args)
  try {
    const target = core.reached(route.target)
    if (target.far) return pass(core, target, new Envelope(post, args, null))
    const own = ownArgs(core, target, args)
    core.counters.sent()
    return admitTell(core, target, post, own)
  } catch (error) {
    throw encodingFailure(error)
  }
}

/** A tell with a deadline or signal: nobody hears of its call. */
function tellWithin(route: Route, args: Args): Told {
  const call = newCall(route, route.options?.timeoutMs ?? Number.POSITIVE_INFINITY)
  let failure: ServiceFailure | undefined
  call.reject = (reason) => {
    failure = reason
  }
  const told = begin(call, route, args)
  if (told === 'failed' && failure?.code === 'ERR_REQUEST_ENCODING') throw failure
  return told === 'failed' ? 'dropped' : told
}

type Begun = Told | 'failed'

function begin(call: Call, route: Route, args: Args): Begun {
  return open(call, route) ? send(call, route, args) : 'failed'
}

/** Ties a call to all that ends it early; false when something has, and the call is settled. */
export function open(call: Call, sending: Sending): boolean {
  const { core, options } = sending
  const refusal = inherit(sending, call)
  if (refusal !== null) settleFailure(core, call, refusal)
  else if (options?.signal !== undefined) listen(core, call, options.signal)
  return refusal === null
}

/** Sends an open call. */
export function send(call: Call, route: Route, args: Args): Begun {
  const { core } = route
  try {
    const post = tracedPost(route)
    const target = core.reached(route.target)
    call.target = target
    const own = target.far ? args : ownArgs(core, target, args)
    const told = pass(core, target, new Envelope(post, own, call))
    if (!call.settled) {
      core.deadlines.armSoon(call)
      core.dispatcher.requestTick()
    }
    return told
  } catch (error) {
    settleFailure(core, call, encodingFailure(error) as ServiceFailure)
    return 'failed'
  }
}

/** Hands an envelope to the mailbox or to the thread of its target. */
function pass(core: Core, target: Target, envelope: Envelope): Told {
  if (target.far && target.gone === null) return passFar(core, target, envelope)
  core.counters.sent()
  if (!target.far) return admit(core, target, envelope)
  return refuse(core, envelope, { reason: 'unavailable', failure: unavailable(target), target })
}

/** What cannot be sent has not been. */
function passFar(core: Core, target: FarActor, envelope: Envelope): Told {
  core.counters.sent()
  try {
    return core.delivery.send(envelope, target)
  } catch (error) {
    core.counters.unsent()
    throw error
  }
}

/** Ties a call to the request that its sender runs; the failure when that has ended already. */
export function inherit(route: Pick<Route, 'core' | 'life' | 'options'>, call: Call): ServiceFailure | null {
  const { core, options, life } = route
  const signal = options?.signal
  if (signal?.aborted === true) return aborted(call, signal.reason)
  const parent = options?.detached === true ? null : currentCall(core, life.cell)
  call.asker = life
  if (parent === null) {
    adopt(life, call)
    return null
  }
  if (parent.settled) return endedFailure(core, parent) instanceof RequestTimeout ? timedOut(call) : aborted(call, undefined)
  if (parent.due >= 0) call.capMs = parent.due
  else {
    call.timeoutMs = Math.min(call.timeoutMs, parent.timeoutMs)
    call.capMs = parent.capMs
  }
  call.parent = parent
  adopt(parent, call)
  return null
}

/** The caller's signal ends the call. */
export function listen(core: Core, call: Call, signal: AbortSignal): void {
  call.signal = signal
  call.onAbort = () => endEarly(core, call, aborted(call, signal.reason))
  onAbort(signal, call.onAbort)
}

/** The arguments as an actor of this thread gets them: copies for a service, the very values for a light actor. */
export function ownArgs(core: Core, cell: Cell, args: Args): Args {
  for (const arg of args) if (!isPrimitive(arg)) return isolate(core, cell, cell.spec.copies, args, 'args') as Args
  return args
}

/**
 * Arguments that wait before they are encoded: what the sender does with its own values from here on changes nothing in them.
 *
 * @throws UnsendableError
 */
export function holdArgs(core: Core, args: Args): Args {
  if (args.every(isPrimitive)) return args
  core.receiver = core.root
  const own = core.copy(args, 'args') as Args
  moveOn(own)
  return own
}

/**
 * Arguments that were copied when they were sent, for another actor or incarnation than they were copied for: nobody else holds them,
 * so only what travels by reference is made anew, and what was moved is moved again.
 */
export function renewArgs(core: Core, receiver: Cell, args: Args): Args {
  core.receiver = receiver
  moveOn(args)
  return checkValue(args, core.sent, 'args') ? (core.copy(args, 'args') as Args) : args
}

/** What is the same for whoever gets it. */
export function isPrimitive(value: unknown): boolean {
  const type = typeof value
  return value === null || (type !== 'object' && type !== 'function' && type !== 'symbol')
}

/** A value as `receiver` gets it: a copy, or the very value when the actor in question is a light one. */
export function isolate(core: Core, receiver: Cell, copies: boolean, value: unknown, path: string): unknown {
  core.receiver = receiver
  const copied = copies && (!core.options.share || core.options.strict)
  if (!copied && !checkValue(value, core.sent, path)) return value
  return core.copy(value, path)
}

/**
 * As {@link isolate}, of what goes to any number of actors.
 *
 * @throws UnsendableError also for what only one can have, such as a MessagePort
 */
export function isolateForMany(core: Core, value: unknown, path: string): unknown {
  core.receiver = core.root
  if (core.options.share && !core.options.strict && !checkValue(value, core.spread, path)) return value
  return ownCopy(core, value, path, core.spread)
}

/** A fresh copy of what the spawner gave, for one incarnation. */
export function isolateInit(core: Core, cell: Cell): unknown {
  const { init } = cell
  if (init === null || typeof init !== 'object') return init
  core.receiver = cell
  return core.copy(init, 'init')
}
