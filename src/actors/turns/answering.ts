import { MethodUnavailable, ResponseEncodingError, ServiceFailure } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { Call, Party } from '../kernel/call.js'
import { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Envelope } from '../kernel/message.js'
import { schemaIssues } from '../schema.js'
import { endEarly } from './early-end.js'
import { handlerFailure } from './failing.js'
import { printIssues, specOf } from './methods.js'
import { isolate, isPrimitive } from './sending.js'
import { settleFailure, settleValue } from './settling.js'

/** Tells whether a handler answers with many values. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Answers a call with what its handler returned, as its caller gets it. */
export function answerValue(core: Core, cell: Cell, call: Call, caller: Party, value: unknown): void {
  if (call.settled) return core.counters.late()
  try {
    const result = isPrimitive(value) ? value : notStream(call, value)
    settleValue(core, call, outgoing(core, cell, call, caller, resultOf(core, cell, call, result)))
  } catch (error) {
    settleFailure(core, call, error instanceof ServiceFailure ? error : unsendableResult(call, error))
  }
}

function notStream(call: Call, value: unknown): unknown {
  if (!isStream(value)) return value
  throw unreadStream(call.label)
}

/** The failure that answers who calls a stream as a method. */
function unreadStream(label: string): MethodUnavailable {
  return new MethodUnavailable({ details: `${label} is a stream: read it with "for await", not with "await"`, delivered: 'yes' })
}

/** Takes what the handler of a message returned that nobody waits for; only a generator that is never run is worth a word. */
export function answerOneWay(core: Core, cell: Cell, envelope: Envelope, value: unknown): void {
  const { call, post } = envelope
  if (post.kind !== 'own' && isStream(value)) return answerRefusal(core, envelope, unreadStream(`${cell.name || cell.id}.${post.method}()`))
  if (call !== null) settleValue(core, call, undefined)
}

/** Ends a stream whose generator has ended. */
export function answerEnd(core: Core, call: Call): void {
  settleValue(core, call, undefined)
}

/** Sends one item of a stream; false when it cannot be sent, which ends the stream: its generator still has to close. */
export function answerItem(core: Core, cell: Cell, call: Call, caller: Party, value: unknown): boolean {
  if (call.settled) return false
  try {
    checkResult(core, cell, call, value)
    call.answer?.item?.(call, outgoing(core, cell, call, caller, value))
    return true
  } catch (error) {
    endEarly(core, call, error instanceof ServiceFailure ? error : unsendableResult(call, error))
    return false
  }
}

/** A value on its way to a caller: encoded by whoever takes it to another thread, else as the caller gets it. */
function outgoing(core: Core, cell: Cell, call: Call, caller: Party, value: unknown): unknown {
  if (call.answer?.encodes === true || isPrimitive(value)) return value
  return isolate(core, receiverOf(core, caller), cell.spec.copies, value, 'result')
}

/** Whose Remotes those in an answer become; another thread makes its own. */
function receiverOf(core: Core, caller: Party): Cell {
  return caller instanceof Cell ? caller : core.root
}

/** Answers a message whose handler threw; nobody waits for that of a tell, so it is logged. */
export function answerThrown(core: Core, cell: Cell, envelope: Envelope, thrown: unknown): void {
  const { call } = envelope
  core.receiver = receiverOf(core, envelope.sender)
  if (call?.settled === true) core.counters.late()
  else if (call !== null) settleFailure(core, call, handlerFailure(core, cell, thrown))
  if (envelope.kind === 'call' || envelope.kind === 'stream') return
  core.counters.failedTell()
  core.world.log.warn(`${cell.name || cell.id}.${envelope.method}() failed; nobody waits for its answer`, { error: thrown })
}

/** Answers a message whose handler is not run. */
export function answerRefusal(core: Core, envelope: Envelope, failure: ServiceFailure): void {
  if (envelope.call !== null) settleFailure(core, envelope.call, failure)
  if (envelope.kind === 'call' || envelope.kind === 'stream') return
  core.counters.failedTell()
  core.world.log.warn(failure.message, { code: failure.code })
}

/** The failure that answers a call whose result cannot be sent. */
export function unsendableResult(call: Call, error: unknown): ServiceFailure {
  return new ResponseEncodingError({ details: `${call.label}: ${thrownText(error)}` })
}

/** What the method answers: nothing where its contract says so, whatever the handler returned. */
function resultOf(core: Core, cell: Cell, call: Call, value: unknown): unknown {
  const spec = specOf(cell, call.method)
  if (spec !== undefined && spec.result === undefined) return undefined
  checkResult(core, cell, call, value)
  return value
}

function checkResult(core: Core, cell: Cell, call: Call, value: unknown): void {
  if (core.options.validate !== 'always') return
  const schema = specOf(cell, call.method)?.result
  if (schema === undefined) return
  const issues = schemaIssues(schema, value)
  if (issues.length > 0) throw new ResponseEncodingError({ details: `${call.label}: ${printIssues('result', issues)}` })
}

/** The failure that answers who reads a method as a stream that is none. */
export function notAStream(call: Call): ServiceFailure {
  return new MethodUnavailable({ details: `${call.label} is not a stream: use "await", not "for await"`, delivered: 'yes' })
}
