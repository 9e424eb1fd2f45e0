import { ServiceWithdrawn } from '../../base/failures.js'
import { within } from '../kernel/alarm.js'
import type { Reason } from '../kernel/binding.js'
import { type Call, turnEnded } from '../kernel/call.js'
import { type Cell, childrenOf, removeChild } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { nextLifeState } from '../kernel/lifecycle.js'
import type { Mailbox } from '../kernel/mailbox.js'
import type { Envelope } from '../kernel/message.js'
import { leavePlace } from '../kernel/vitals.js'
import { refuse } from './admission.js'
import { endAsked, endEarly } from './early-end.js'
import { nameOf, withdrawn } from './failing.js'
import { stopWatching } from './settling.js'

/** How long one `onStop` function may take. */
const HOOK_LIMIT_MS = 5000

export interface StopOrder {
  /** Queued messages are run for so long. */
  readonly drainMs?: number
  /** The running turn may take so long to end. */
  readonly finishMs?: number
  /** What `onStop` functions are told instead of the reason. */
  readonly said?: string | undefined
}

/**
 * Stops an actor: it takes no more messages, runs what waits for `drainMs`, goes from the registry, stops its children,
 * runs its `onStop` functions. A second call waits for the first, and shortens its patience to its own.
 */
export function stopCell(core: Core, cell: Cell, reason: Reason, order: StopOrder = {}): Promise<void> {
  if (cell.ending !== null) {
    if (cell.state === 'draining') void hasten(core, cell, patienceOf(order))
    return cell.ending
  }
  if (!(cell.state === 'running' && patienceOf(order) > 0) && !waits(cell)) return stopSoon(core, cell, reason)
  let follow: (work: Promise<void>) => void = () => undefined
  // There before the work begins: what it aborts may ask for another stop.
  cell.ending = new Promise((resolve) => {
    follow = resolve
  })
  follow(stop(core, cell, reason, order))
  return cell.ending
}

function patienceOf(order: StopOrder): number {
  return order.drainMs ?? order.finishMs ?? 0
}

/** Ends a drain within `limitMs`. */
async function hasten(core: Core, { drain }: Cell, limitMs: number): Promise<void> {
  if (drain === null) return
  if (limitMs === 0 || (await within(core, drain.done, limitMs)) === 'late') drain.cut()
}

async function stop(core: Core, cell: Cell, reason: Reason, order: StopOrder): Promise<void> {
  const wasAnnounced = cell.announced && cell.state !== 'starting'
  const patienceMs = patienceOf(order)
  if (wasAnnounced) core.directory.withdraw(cell, reason)
  if (patienceMs > 0 && cell.state === 'running') await drain(core, cell, order, patienceMs)
  closeIntake(core, cell)
  if (tidying.has(cell)) await tidying.get(cell)
  await stopChildren(core, cell)
  await runStopHooks(core, cell, order.said ?? reason)
  end(core, cell, reason)
}

const tidying = new WeakMap<Cell, Promise<void>>()

/** What an incarnation leaves behind is tidied up for a restart: a stop meanwhile waits for that. */
export async function tidied(cell: Cell, work: Promise<void>): Promise<void> {
  tidying.set(cell, work)
  await work
  if (tidying.get(cell) === work) tidying.delete(cell)
}

function closeIntake(core: Core, cell: Cell): void {
  cell.state = nextLifeState(cell.state, 'stop')
  cell.onStart?.failed(new ServiceWithdrawn({ details: `${nameOf(cell)} was stopped while it started`, delivered: 'no' }))
  cell.onStart = null
  endTurnOf(core, cell)
  endAsked(core, cell.life)
  discard(core, cell, cell.mailbox)
  discard(core, cell, cell.waiting)
}

const STOPPED = Promise.resolve()

/** Whether its stop has more to do than to end it. */
function waits({ firstChild, farChildren, stopHooks, spec, state }: Cell): boolean {
  return firstChild !== null || farChildren !== null || stopHooks !== null || spec.registered || state === 'restarting'
}

/** Stops an actor that has nothing to wait for but the code that stops it: one promise, where a stop takes half a dozen. */
function stopSoon(core: Core, cell: Cell, reason: Reason): Promise<void> {
  // There before the work begins: what it aborts may ask for another stop.
  cell.ending = STOPPED.then(() => end(core, cell, reason))
  closeIntake(core, cell)
  return cell.ending
}

/** Stops an actor that has nothing to wait for, without a promise of its own: there may be a million of them. */
function stopAtOnce(core: Core, cell: Cell, reason: Reason): boolean {
  if (cell.ending !== null || waits(cell)) return false
  cell.ending = STOPPED
  closeIntake(core, cell)
  end(core, cell, reason)
  return true
}

/** Lets the running turn end, and those that wait if `drainMs` was given. */
async function drain(core: Core, cell: Cell, order: StopOrder, limitMs: number): Promise<void> {
  cell.state = nextLifeState(cell.state, 'drain')
  if (order.drainMs === undefined) {
    discard(core, cell, cell.mailbox)
    discard(core, cell, cell.waiting)
  }
  const isDone = (): boolean => (order.drainMs === undefined ? cell.idle : cell.finished)
  if (isDone()) return
  let cut: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    cut = resolve
  })
  cell.drain = { done, takesOwnTurns: order.drainMs !== undefined, look: () => isDone() && cut(), cut }
  await within(core, done, limitMs)
  cut()
  cell.drain = null
}

/** A drain is cut short: what waits is not run. */
export function endDrain(cell: Cell): void {
  cell.state = nextLifeState(cell.state, 'failed')
  cell.drain?.cut()
}

/** Gives up all that runs or is owed: callers hear that the service went, signals abort, timers are gone. */
export function endTurnOf(core: Core, cell: Cell): void {
  const given = turnsOf(cell)
  const deferred = cell.deferred ?? []
  const streams = cell.streams ?? []
  cell.current = cell.turns = cell.deferred = cell.streams = null
  cell.running = 0
  for (const { call, view } of given) {
    if (call !== null) giveUp(core, call)
    view?.abort(over(cell))
  }
  for (const call of deferred) giveUp(core, call)
  for (const stream of streams) {
    giveUp(core, stream.call)
    stream.end()
  }
  cell.controller?.abort(over(cell))
  cell.timers?.end()
  cell.idleWatch?.end()
  cell.timers = cell.controller = cell.idleWatch = null
}

const NO_TURNS: readonly Envelope[] = []

function over(cell: Cell): ServiceWithdrawn {
  return new ServiceWithdrawn({ details: `${nameOf(cell)} has stopped or restarted`, delivered: 'no' })
}

function turnsOf({ current, turns }: Cell): readonly Envelope[] {
  if (current === null && turns === null) return NO_TURNS
  const waiting = turns === null ? [] : [...turns]
  return current === null ? waiting : [current, ...waiting]
}

function giveUp(core: Core, call: Call): void {
  endEarly(core, call, withdrawn(call))
  stopWatching(core, call)
  turnEnded(call)
}

function drop(core: Core, cell: Cell, { post, args }: Envelope): void {
  core.counters.dropped('stopped')
  core.letters.add('stopped', { post, args, target: cell })
}

function discard(core: Core, cell: Cell, mailbox: Mailbox | null): void {
  for (let envelope = mailbox?.shift() ?? null; envelope !== null; envelope = mailbox?.shift() ?? null) {
    core.counters.queued(-1)
    if (envelope.call !== null) refuse(core, envelope, { reason: 'stopped', failure: withdrawn(envelope.call), target: cell })
    else drop(core, cell, envelope)
  }
}

/** Stops the children of an actor, on whatever thread they live. */
export async function stopChildren(core: Core, cell: Cell): Promise<void> {
  if (cell.firstChild === null && cell.farChildren === null) return
  const far = [...(cell.farChildren?.keys() ?? [])].map((child) => core.delivery.stop(child, 0).catch(() => undefined))
  await Promise.all([stopAllOf(core, cell, 'stopped'), ...far])
}

/** Stops the children of an actor that live in its thread, the youngest first told. */
export async function stopAllOf(core: Core, parent: Cell, reason: Reason, order: StopOrder = {}): Promise<void> {
  const slow: Promise<void>[] = []
  for (const child of childrenOf(parent)) {
    const drains = (order.drainMs ?? 0) > 0 && !child.finished
    if (drains || !stopAtOnce(core, child, reason)) slow.push(stopCell(core, child, reason, order))
  }
  if (slow.length > 0) await Promise.all(slow)
}

/** Runs the `onStop` functions of an incarnation, the last first; what they throw is logged. */
export async function runStopHooks(core: Core, cell: Cell, reason: string): Promise<void> {
  const hooks = cell.stopHooks ?? []
  cell.stopHooks = null
  for (const hook of [...hooks].reverse()) {
    try {
      const outcome = await within(core, runHook(core, cell, hook, reason), HOOK_LIMIT_MS)
      if (outcome === 'late')
        core.world.log.warn(`an onStop function of ${nameOf(cell)} took longer than ${HOOK_LIMIT_MS} ms; it was left behind`)
    } catch (error) {
      core.world.log.error(`an onStop function of ${nameOf(cell)} failed`, { error })
    }
  }
}

type Hook = (reason: string) => unknown

function runHook(core: Core, cell: Cell, hook: Hook, reason: string): Promise<unknown> {
  core.whereabouts?.enterFor(cell, 'an onStop function')
  try {
    return Promise.resolve(hook(reason))
  } finally {
    leavePlace(core.place, cell.number)
  }
}

function end(core: Core, cell: Cell, reason: Reason): void {
  cell.life.dead = true
  // What was begun while it stopped.
  endTurnOf(core, cell)
  endAsked(core, cell.life)
  cell.state = nextLifeState(cell.state, 'ended')
  cell.gone = reason
  cell.methods = null
  removeChild(cell)
  core.forget(cell)
  core.counters.actors(-1)
  const listeners = cell.goneListeners
  cell.goneListeners = null
  if (listeners !== null) for (const listener of listeners) listener(reason)
}
