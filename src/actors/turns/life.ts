import type { Decision, FailurePlace } from '../actor-options.js'
import { Alarm } from '../kernel/alarm.js'
import type { Call } from '../kernel/call.js'
import { type Cell, type Ending, Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { nextLifeState, takesMessages } from '../kernel/lifecycle.js'
import type { ChildNews } from '../kernel/ports.js'
import { decideFailure, decideRestart } from '../kernel/supervision.js'
import type { FarActor } from '../kernel/target.js'
import { closePlace, leavePlace, METHOD, openPlace } from '../kernel/vitals.js'
import { endAsked } from './early-end.js'
import { nameOf, sendableError } from './failing.js'
import { readMethods, streamsOf } from './methods.js'
import { isolateInit, renewArgs } from './sending.js'
import { NO_SIBLINGS, siblingsOf } from './siblings.js'
import { endDrain, endTurnOf, runStopHooks, stopCell, stopChildren, tidied } from './stopping.js'

type Args = readonly unknown[]

/** Runs `setup` for a new incarnation. */
export function runSetup(core: Core, cell: Cell): void {
  const { life } = cell
  life.begun = true
  core.whereabouts?.name(cell)
  core.whereabouts?.enterFor(cell, 'setup')
  let returned: unknown
  try {
    returned = cell.spec.definition.setup?.(core.makeSelf(life), isolateInit(core, cell))
  } catch (error) {
    return setupFailed(core, cell, life, error)
  }
  if (returned instanceof Promise) awaitSetup(core, cell, life, returned)
  else setupDone(core, cell, life, returned)
}

function awaitSetup(core: Core, cell: Cell, life: Life, returned: Promise<unknown>): void {
  const { startMs } = cell.spec.supervision
  const alarm = new Alarm(() => {
    done()
    setupFailed(core, cell, life, new Error(`setup of ${nameOf(cell)} did not finish within ${startMs} ms (startMs)`))
  })
  const release = holding(core, life, alarm)
  const done = (): void => {
    closePlace(core.place, cell.number)
    release()
  }
  cell.paused = true
  openPlace(core.place, cell.number, core.place[METHOD] ?? 0)
  if (startMs !== Number.POSITIVE_INFINITY) core.deadlines.after(alarm, startMs)
  returned.then(
    (methods) => {
      done()
      setupDone(core, cell, life, methods)
    },
    (error: unknown) => {
      done()
      setupFailed(core, cell, life, error)
    },
  )
}

/** Keeps the process alive until the returned function is called or the incarnation ends, with or without its alarm having run. */
function holding(core: Core, life: Life, alarm: Alarm): () => void {
  let held = true
  const wait: Ending = {
    end: () => {
      if (!held) return
      held = false
      life.waits?.delete(wait)
      core.deadlines.remove(alarm)
      core.release()
    },
  }
  life.waits ??= new Set()
  life.waits.add(wait)
  core.retain()
  return wait.end
}

function setupDone(core: Core, cell: Cell, life: Life, returned: unknown): void {
  if (cell.life !== life || life.dead || !isSettingUp(cell)) return
  try {
    cell.methods = readMethods(cell.spec.definition, returned)
    cell.spec.streams ??= streamsOf(cell.spec.definition, cell.methods)
  } catch (error) {
    return setupFailed(core, cell, life, error)
  }
  cell.paused = false
  cell.state = nextLifeState(cell.state, 'started')
  if (cell.announced) core.directory.announce(cell)
  const { onStart } = cell
  cell.onStart = null
  onStart?.started()
  cell.idleWatch?.touch()
  if (cell.queued > 0) core.dispatcher.schedule(cell)
  else cell.look()
}

function isSettingUp(cell: Cell): boolean {
  return cell.state === 'starting' || cell.state === 'restarting'
}

function setupFailed(core: Core, cell: Cell, life: Life, error: unknown): void {
  if (cell.life !== life || life.dead || !isSettingUp(cell)) return
  const { onStart } = cell
  if (onStart === null) return failed(core, cell, error, 'setup')
  cell.onStart = null
  void stopCell(core, cell, 'crashed').then(() => onStart.failed(error))
}

/** Deals with a failure of an actor as its supervision says. */
export function failed(core: Core, cell: Cell, error: unknown, where: FailurePlace): void {
  if (cell.state === 'stopping' || cell.state === 'stopped' || (cell.state === 'restarting' && where !== 'setup')) return
  const { supervision } = cell.spec
  if (cell === core.root) return report(core, cell, error, where, 'goes on')
  if (where === 'method' && typeof supervision.onFailure !== 'function') return
  act(core, cell, { error, where }, decide(core, cell, error, where))
}

/** The turn of a request that ended early goes on and on: a crash, for nothing else frees the actor. */
export function overdue(core: Core, life: Life, call: Call): void {
  const { cell } = life
  if (cell.life !== life || life.dead || call.phase !== 'running') return
  const { overdueMs, onFailure } = cell.spec.supervision
  const error = new Error(
    `${call.label} has not ended ${overdueMs} ms after its request did (overdueMs); does it wait for what never comes?`,
  )
  const decision = typeof onFailure === 'function' ? decide(core, cell, error, 'method') : onFailure
  act(core, cell, { error, where: 'method' }, decision === 'resume' ? 'restart' : decision)
}

interface Failure {
  readonly error: unknown
  readonly where: FailurePlace
}

function act(core: Core, cell: Cell, { error, where }: Failure, decision: Decision): void {
  if (decision === 'resume' && where !== 'setup') return resumed(core, cell, error, where)
  if (decision === 'stop' || cell.state === 'draining') return stopped(core, cell, error, where)
  if (decision === 'escalate') return escalated(core, cell, error, where)
  cell.restarts ??= []
  const restart = decideRestart(cell.spec.supervision, cell.restarts, core.world.clock.now(), core.world.random)
  if (restart.kind === 'escalate') return escalated(core, cell, error, where)
  report(core, cell, error, where, `restarts${restart.delayMs > 0 ? ` in ${Math.round(restart.delayMs)} ms` : ''}`)
  const { strategy } = cell.spec.supervision
  const parent = parentOf(core, cell)
  const { here, far } = parent === null ? NO_SIBLINGS : siblingsOf(parent, strategy, cell.number)
  restartTogether(core, [...here, cell].sort(bySpawning), restart.delayMs)
  for (const sibling of far) core.delivery.restart(sibling, restart.delayMs)
  if (strategy !== 'one-for-one') core.delivery.tellParent(cell, { kind: 'restarts', strategy, delayMs: restart.delayMs })
}

/** A function of the user's that fails while it decides decides nothing: the failure escalates. */
function decide(core: Core, cell: Cell, error: unknown, where: FailurePlace): Decision {
  try {
    return decideFailure(cell.spec.supervision, error, where)
  } catch (thrown) {
    core.world.log.error(`onFailure of ${nameOf(cell)} failed; the failure escalates`, { error: thrown })
    return 'escalate'
  }
}

function report(core: Core, cell: Cell, error: unknown, where: FailurePlace, outcome: string): void {
  core.world.log.error(`${nameOf(cell)} failed in a ${where}; it ${outcome}`, { error })
}

function resumed(core: Core, cell: Cell, error: unknown, where: FailurePlace): void {
  if (where !== 'method') report(core, cell, error, where, 'goes on')
}

function stopped(core: Core, cell: Cell, error: unknown, where: FailurePlace): void {
  report(core, cell, error, where, 'stops')
  if (cell.state === 'draining') endDrain(cell)
  void stopCell(core, cell, 'crashed')
}

/** The parent fails in the place of its child; what the system itself spawned stops, and so does a worker, which its pool replaces. */
function escalated(core: Core, cell: Cell, error: unknown, where: FailurePlace): void {
  const parent = parentOf(core, cell)
  const elsewhere = parent === null && core.delivery.tellParent(cell, { kind: 'escalates', error: sendableError(core, error) })
  report(core, cell, error, where, parent === null && !elsewhere ? 'stops' : 'stops and its parent deals with the failure')
  void stopCell(core, cell, 'crashed')
  if (parent !== null) failed(core, parent, error, 'child')
}

/** Who deals with what a cell cannot bear, when that is an actor of this thread; a pool replaces its workers instead. */
function parentOf(core: Core, { parent }: Cell): Cell | null {
  return parent === null || parent === core.root || parent.routing !== null ? null : parent
}

/** Deals with what a child on another thread could not bear, or restarts those that restart with it. */
export function childSaid(core: Core, child: FarActor, news: ChildNews): void {
  const parent = core.parents.get(child)
  const number = parent?.farChildren?.get(child)
  if (parent === undefined || number === undefined || parent.routing !== null || parent === core.root) return
  if (news.kind === 'escalates') return failed(core, parent, news.error, 'child')
  const { here, far } = siblingsOf(parent, news.strategy, number)
  restartTogether(core, here, news.delayMs)
  for (const sibling of far) core.delivery.restart(sibling, news.delayMs)
}

function bySpawning(one: Cell, other: Cell): number {
  return one.number - other.number
}

/** Ends incarnations, the youngest first, and begins the next after `delayMs`, the oldest first; messages wait meanwhile. */
export function restartTogether(core: Core, cells: readonly Cell[], delayMs: number): void {
  const living = cells.filter(({ state }) => takesMessages(state))
  const lives = [...living].reverse().map((cell) => {
    cell.state = nextLifeState(cell.state, 'failed')
    return endIncarnation(core, cell)
  })
  void Promise.all(lives.map(({ cell }) => tidied(cell, tidy(core, cell)))).then(() => {
    for (const life of lives.reverse()) {
      if (life.cell.state === 'restarting' && life.cell.life === life) later(core, life.cell, delayMs)
    }
  })
}

async function tidy(core: Core, cell: Cell): Promise<void> {
  await stopChildren(core, cell)
  await runStopHooks(core, cell, 'crashed')
}

function later(core: Core, cell: Cell, delayMs: number): void {
  if (delayMs <= 0) return again(core, cell)
  const alarm = new Alarm(() => again(core, cell))
  cell.timers = { end: () => core.deadlines.remove(alarm) }
  core.deadlines.after(alarm, delayMs)
}

function again(core: Core, cell: Cell): void {
  if (cell.state !== 'restarting') return
  cell.paused = false
  cell.timers = null
  runSetup(core, cell)
  leavePlace(core.place, cell.number)
}

/**
 * The old `self` is dead from here on, its running turn is given up, its timers are gone; what waits and what arrives is
 * for the next incarnation, which is returned.
 */
function endIncarnation(core: Core, cell: Cell): Life {
  const old = cell.life
  old.dead = true
  const next = new Life(cell)
  cell.life = next
  cell.paused = true
  cell.methods = null
  endTurnOf(core, cell)
  endAsked(core, old)
  resetGroups(core, cell)
  renewRemotes(core, cell)
  return next
}

/** It is in the groups of its definition again and in no others: what an incarnation joined or left ends with it. */
function resetGroups(core: Core, cell: Cell): void {
  const { groups, announced } = cell
  const own = cell.spec.groups
  const [joined, left] = [groups.filter((group) => !own.includes(group)), own.filter((group) => !groups.includes(group))]
  if (joined.length === 0 && left.length === 0) return
  cell.groups = [...groups.filter((group) => own.includes(group)), ...left]
  if (!announced) return
  for (const group of joined) core.directory.leave(cell, group)
  for (const group of left) core.directory.join(cell, group)
}

/** Remotes in messages that wait were made for the incarnation that has ended. */
function renewRemotes(core: Core, cell: Cell): void {
  const renew = (args: Args): Args => renewArgs(core, cell, args)
  cell.mailbox?.eachArgs(renew)
  cell.waiting?.eachArgs(renew)
}
