import type { ServiceFailure } from '../../base/failures.js'
import { type Call, turnEnded } from '../kernel/call.js'
import type { Cell, Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { runsMessages } from '../kernel/lifecycle.js'
import type { Envelope, Post } from '../kernel/message.js'
import { CELL, closePlace, METHOD, openPlace } from '../kernel/vitals.js'
import { openStream } from '../streams/stream-source.js'
import { admitWaiting } from './admission.js'
import { answerOneWay, answerRefusal, answerThrown, answerValue, isStream, notAStream } from './answering.js'
import { runHandler } from './context.js'
import { asRefusal, handlerFor } from './handlers.js'
import { failed, runSetup } from './life.js'
import { stopWatching } from './settling.js'

/** Gives a cell its turn: up to `budget` messages, one after another. Returns how many it ran. */
export function takeTurn(core: Core, cell: Cell, budget: number): number {
  const { place } = core
  place[CELL] = cell.number
  let shown: Post | null = null
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
    if (envelope.post !== shown) {
      shown = envelope.post
      place[METHOD] = shown.label || label(core, cell, shown)
    }
    run(core, cell, envelope)
  }
  place[CELL] = ~cell.number
  afterTurn(core, cell)
  return ran
}

function runsNext(cell: Cell): boolean {
  return !cell.suspended && runsMessages(cell.state) && (cell.routing === null || !cell.routing.blocked)
}

function afterTurn(core: Core, cell: Cell): void {
  cell.look()
  if (cell.queued > 0 && runsNext(cell)) core.dispatcher.schedule(cell)
}

function run(core: Core, cell: Cell, envelope: Envelope): void {
  core.counters.delivered()
  const { call } = envelope
  if (call !== null) begin(core, call)
  if (cell.routing !== null) return cell.routing.route(envelope)
  if (cell.idleWatch !== null && envelope.own === null) cell.idleWatch.touch()
  cell.current = envelope
  perform(core, cell, envelope)
}

/** Looked up once for each post; those of other threads are new for each message. */
function label({ whereabouts }: Core, cell: Cell, post: Post): number {
  if (whereabouts !== null) post.label = whereabouts.labelOf(cell, post)
  return post.label
}

function begin(core: Core, call: Call): void {
  call.phase = 'running'
  call.place = null
  if (call.alarm !== null) stopWatching(core, call)
}

function perform(core: Core, cell: Cell, envelope: Envelope): void {
  let result: unknown
  let waits: boolean
  try {
    const handler = envelope.own === null ? handlerFor(core, cell, envelope) : envelope.own.run
    if (typeof handler !== 'function') return refused(core, cell, envelope, handler)
    result = runHandler(core, cell, envelope, handler)
    waits = isThenable(result)
  } catch (error) {
    return turnFailed(core, cell, envelope, error)
  }
  if (waits) suspend(core, cell, envelope, result instanceof Promise ? result : Promise.resolve(result))
  else completed(core, cell, envelope, result)
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** The turn waits for a promise; the thread does not, nor does the actor as long as it has concurrency left. */
function suspend(core: Core, cell: Cell, envelope: Envelope, result: Promise<unknown>): void {
  const { life } = cell
  leaveSlot(cell, envelope)
  openPlace(core.place, cell.number, envelope.post.label)
  result.then(
    (value) => {
      closePlace(core.place, cell.number)
      if (resumes(core, cell, life)) completed(core, cell, envelope, value)
      afterResume(core, cell, life)
    },
    (error: unknown) => {
      closePlace(core.place, cell.number)
      if (resumes(core, cell, life)) turnFailed(core, cell, envelope, error)
      afterResume(core, cell, life)
    },
  )
}

/** With concurrency 1 the message stays the current one; with more, the next may have its turn. */
function leaveSlot(cell: Cell, envelope: Envelope): void {
  cell.running++
  if (cell.spec.concurrency === 1) return
  cell.current = null
  cell.turns ??= new Set()
  cell.turns.add(envelope)
}

/** False when the incarnation that waited is over: its late result acts on nothing. */
function resumes(core: Core, cell: Cell, life: Life): boolean {
  if (cell.life !== life || life.dead) {
    core.counters.late()
    return false
  }
  cell.running--
  return true
}

function afterResume(core: Core, cell: Cell, life: Life): void {
  if (cell.life === life) afterTurn(core, cell)
}

function completed(core: Core, cell: Cell, envelope: Envelope, value: unknown): void {
  const { call, post, view } = envelope
  if (view?.handedOver === true) return endTurn(core, cell, envelope)
  if (post.kind === 'stream' && call !== null && !call.settled) return streamed(core, cell, envelope, call, value)
  endTurn(core, cell, envelope)
  if (call === null || post.kind === 'tell') return answerOneWay(core, cell, envelope, value)
  answerValue(core, cell, call, post.sender, value)
}

/** The method of a stream has returned its generator, which takes the turns from here on. */
function streamed(core: Core, cell: Cell, envelope: Envelope, call: Call, value: unknown): void {
  if (!isStream(value)) {
    endTurn(core, cell, envelope)
    return answerRefusal(core, envelope, notAStream(call))
  }
  leaveTurn(cell, envelope)
  openStream(core, cell, envelope, value)
}

function leaveTurn(cell: Cell, envelope: Envelope): void {
  if (cell.current === envelope) cell.current = null
  if (cell.turns !== null) cell.turns.delete(envelope)
}

function endTurn(core: Core, cell: Cell, envelope: Envelope): void {
  leaveTurn(cell, envelope)
  if (cell.idleWatch !== null && envelope.own === null) cell.idleWatch.touch()
  const { call, view } = envelope
  if (call !== null) {
    if (call.alarm !== null) stopWatching(core, call)
    turnEnded(call)
  }
  if (view !== null) view.end()
}

function turnFailed(core: Core, cell: Cell, envelope: Envelope, error: unknown): void {
  envelope.view?.takeBack()
  const refusal = asRefusal(envelope, error)
  if (refusal !== null) return refused(core, cell, envelope, refusal)
  endTurn(core, cell, envelope)
  if (envelope.own !== null) return failed(core, cell, error, envelope.own.where)
  answerThrown(core, cell, envelope, error)
  failed(core, cell, error, 'method')
}

/** Answers a request whose handler is not run. */
function refused(core: Core, cell: Cell, envelope: Envelope, failure: ServiceFailure): void {
  endTurn(core, cell, envelope)
  answerRefusal(core, envelope, failure)
}
