import { ResponseEncodingError, ServiceFailure } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { Cell, type Handler, type Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { runsMessages } from '../kernel/lifecycle.js'
import { type Call, type Envelope, type Party, turnEnded } from '../kernel/message.js'
import { schemaIssues } from '../schema.js'
import { admitWaiting } from './admission.js'
import { handlerFailure } from './failing.js'
import { failed, runSetup } from './life.js'
import { checkCount, checkSchemas, findHandler, methodUnavailable, printIssues, specOf } from './methods.js'
import { isolate, isPrimitive } from './sending.js'
import { settleFailure, settleValue } from './settling.js'

/** Gives a cell its turn: up to `budget` messages, one after another. Returns how many it ran. */
export function takeTurn(core: Core, cell: Cell, budget: number): number {
  let ran = 0
  if (cell.state === 'starting' && !cell.life.begun) {
    runSetup(core, cell)
    ran++
  }
  while (ran < budget && runsNext(cell)) {
    const envelope = cell.mailbox?.shift() ?? null
    if (envelope === null) break
    if (cell.waiting !== null) admitWaiting(core, cell)
    ran++
    run(core, cell, envelope)
  }
  afterTurn(core, cell)
  return ran
}

function runsNext(cell: Cell): boolean {
  return !cell.suspended && runsMessages(cell.state) && (cell.routing === null || !cell.routing.blocked)
}

function afterTurn(core: Core, cell: Cell): void {
  if (cell.suspended) return
  if (cell.queued > 0 && runsNext(cell)) core.dispatcher.schedule(cell)
  else if (cell.onIdle !== null && cell.idle) cell.onIdle()
}

function run(core: Core, cell: Cell, envelope: Envelope): void {
  core.counters.delivered()
  const { call } = envelope
  if (call !== null) {
    call.phase = 'running'
    call.envelope = null
  }
  cell.current = envelope
  if (cell.routing !== null) {
    cell.current = null
    cell.routing.route(envelope)
    return
  }
  perform(core, cell, envelope)
}

function perform(core: Core, cell: Cell, envelope: Envelope): void {
  const handler = envelope.run ?? handlerFor(core, cell, envelope)
  if (typeof handler !== 'function') return refused(core, cell, envelope, handler)
  let result: unknown
  let waits: boolean
  try {
    result = handler.apply(cell.methods, envelope.args as unknown[])
    waits = isThenable(result)
  } catch (error) {
    return turnFailed(core, cell, envelope, error)
  }
  if (waits) suspend(core, cell, envelope, result instanceof Promise ? result : Promise.resolve(result))
  else completed(core, cell, envelope, result)
}

/** The handler of a request, or why it will not be run. */
function handlerFor(core: Core, cell: Cell, envelope: Envelope): Handler | ServiceFailure {
  const { method, args } = envelope
  const handler = cell.methods === null ? undefined : findHandler(cell.methods, method)
  if (handler === undefined) return methodUnavailable(cell, method)
  const spec = specOf(cell, method)
  if (spec === undefined) return handler
  const issue =
    checkCount(spec, cell, method, args.length) ?? (checksSchemas(core, envelope) ? checkSchemas(spec, cell, method, args) : null)
  return issue ?? handler
}

function checksSchemas(core: Core, envelope: Envelope): boolean {
  const { validate } = core.options
  return validate === 'always' || (envelope.untrusted && validate === 'boundary')
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** The actor waits for a promise; the thread does not. */
function suspend(core: Core, cell: Cell, envelope: Envelope, result: Promise<unknown>): void {
  const { life } = cell
  cell.suspended = true
  result.then(
    (value) => {
      if (resumes(core, cell, life)) completed(core, cell, envelope, value)
      afterResume(core, cell, life)
    },
    (error: unknown) => {
      if (resumes(core, cell, life)) turnFailed(core, cell, envelope, error)
      afterResume(core, cell, life)
    },
  )
}

/** False when the incarnation that waited is over: its late result acts on nothing. */
function resumes(core: Core, cell: Cell, life: Life): boolean {
  if (cell.life !== life || life.dead) {
    core.counters.late()
    return false
  }
  cell.suspended = false
  return true
}

function afterResume(core: Core, cell: Cell, life: Life): void {
  if (cell.life === life) afterTurn(core, cell)
}

function completed(core: Core, cell: Cell, envelope: Envelope, value: unknown): void {
  const { call } = envelope
  endTurn(cell)
  if (call !== null) answer(core, cell, call, envelope.sender, value)
}

function endTurn(cell: Cell): void {
  const call = cell.current?.call ?? null
  cell.current = null
  if (call !== null) turnEnded(call)
  if (cell.view !== null) {
    cell.view.end()
    cell.view = null
  }
}

function answer(core: Core, cell: Cell, call: Call, caller: Party, value: unknown): void {
  if (call.settled) return core.counters.late()
  try {
    const result = resultOf(core, cell, call, value)
    const leaves = call.answer?.encodes === true || isPrimitive(result)
    settleValue(core, call, leaves ? result : isolate(core, receiverOf(core, caller), cell.spec.copies, result, 'result'))
  } catch (error) {
    settleFailure(core, call, error instanceof ServiceFailure ? error : unsendableResult(call, error))
  }
}

/** The failure that answers a call whose result cannot be sent. */
export function unsendableResult(call: Call, error: unknown): ServiceFailure {
  return new ResponseEncodingError({ details: `${call.label}: ${thrownText(error)}` })
}

/** Whose Remotes those in an answer become; another thread makes its own. */
function receiverOf(core: Core, caller: Party): Cell {
  return caller instanceof Cell ? caller : core.root
}

/** What the method answers: nothing where its contract says so, whatever the handler returned. */
function resultOf(core: Core, cell: Cell, call: Call, value: unknown): unknown {
  const spec = specOf(cell, call.method)
  if (spec === undefined) return value
  if (spec.result === undefined) return undefined
  if (core.options.validate !== 'always') return value
  const issues = schemaIssues(spec.result, value)
  if (issues.length > 0) throw new ResponseEncodingError({ details: `${call.label}: ${printIssues('result', issues)}` })
  return value
}

function turnFailed(core: Core, cell: Cell, envelope: Envelope, error: unknown): void {
  endTurn(cell)
  if (envelope.run !== null) return failed(core, cell, error, 'timer')
  const { call, kind, sender } = envelope
  core.receiver = receiverOf(core, sender)
  if (call !== null) settleFailure(core, call, handlerFailure(core, cell, error))
  if (kind !== 'call') {
    core.counters.failedTell()
    core.world.log.warn(`${cell.name || cell.id}.${envelope.method}() failed; nobody waits for its answer`, { error })
  }
  failed(core, cell, error, 'method')
}

/** Answers a request whose handler is not run. */
function refused(core: Core, cell: Cell, envelope: Envelope, failure: ServiceFailure): void {
  endTurn(cell)
  if (envelope.call !== null) settleFailure(core, envelope.call, failure)
  if (envelope.kind !== 'call') {
    core.counters.failedTell()
    core.world.log.warn(failure.message, { code: failure.code })
  }
}
