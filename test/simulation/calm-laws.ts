/** What must hold once nothing has failed for a while: who should live does and answers, and everybody knows of everybody. */

import { factsOfCell } from '../../src/actors/facade/facts.js'
import type { ActorFacts } from '../../src/actors/kernel/binding.js'
import type { Cell } from '../../src/actors/kernel/cell.js'
import type { Actor } from './actors.js'
import { doersOf } from './killing.js'
import { cellsOf } from './laws.js'
import { type Filter, keyOf } from './observers.js'
import type { PlayerLife } from './player-life.js'
import type { Simulation } from './simulation.js'
import type { RunningThread } from './world.js'

/** How long who lives may take to answer. */
export const PING_MS = 1000

/** Who lives. */
function idsOf({ world }: Simulation): ReadonlySet<string> {
  return new Set(world.running.flatMap((thread) => cellsOf(thread).map(({ id }) => id)))
}

/** Nobody is on the way to somewhere. */
function checkStates(simulation: Simulation): void {
  const { world, fault } = simulation
  const living = idsOf(simulation)
  for (const thread of world.running) {
    for (const cell of cellsOf(thread)) {
      const { id, state, suspended, queued, waiting, spec } = cell
      if (state !== 'running') fault(`${spec.name || 'actor'} ${id} is still ${state}`)
      if (suspended) fault(`${spec.name || 'actor'} ${id} has a turn that does not end`)
      if (queued + (waiting?.size ?? 0) > 0)
        fault(`${spec.name || 'actor'} ${id} still has ${queued} messages before it, ${waiting?.size ?? 0} outside`)
    }
    for (const { lost, watched, id } of thread.core.knownFars()) {
      if (lost)
        fault(`thread ${thread.key} still does not know whether ${id} comes back${watched ? ', and somebody there waits to hear it' : ''}`)
      if (lost && living.has(id)) fault(`thread ${thread.key} takes ${id} for lost, and it lives`)
    }
  }
}

/** Who must live does, and nobody else. */
function checkLives({ actors, fault }: Simulation): void {
  for (const actor of actors.all) {
    const life = actor.lives.at(-1) as PlayerLife
    const { order } = actor
    const isOrphan = order.parent?.over === true
    if (!life.over) {
      if (order.state === 'failed') fault(`${life.label} lives, and its spawn has failed (order ${order.tag})`)
      if (isOrphan) fault(`${life.label} lives, and ${order.parent?.label}, which spawned it, does not (order ${order.tag})`)
    } else if (mustLive(actor) && !isOrphan) fault(`${life.label} is gone for no reason (order ${order.tag}, ${order.what})`)
  }
}

function mustLive({ order, stops }: Actor): boolean {
  return order.state === 'spawned' && order.mayEnd === null && !order.isPool && stops.length === 0
}

interface Visible {
  readonly facts: ActorFacts
  readonly cell: Cell
}

/** What is to be seen, from who hosts it. */
function visible({ world }: Simulation): readonly Visible[] {
  const ofThread = (thread: RunningThread): readonly Visible[] =>
    cellsOf(thread)
      .filter(({ announced }) => announced)
      .map((cell) => ({ cell, facts: factsOfCell(thread.core, cell) }))
  return world.running.flatMap(ofThread)
}

function textOf({ id, name, thread, cell, groups }: ActorFacts): string {
  return `${id} "${name}" ${thread}/${cell} in ${[...groups].sort().join(' ')}`
}

function differences(expected: Iterable<string>, found: Iterable<string>): string | null {
  const [all, there] = [new Set(expected), new Set(found)]
  const missing = [...all].filter((one) => !there.has(one))
  const extra = [...there].filter((one) => !all.has(one))
  return missing.length + extra.length === 0 ? null : `misses [${missing.join(', ')}] and has [${extra.join(', ')}] too many`
}

/** Every thread knows all services, every observer too. */
function checkPictures(simulation: Simulation): void {
  const { world, observers, fault } = simulation
  const there = visible(simulation).map(({ facts }) => facts)
  for (const thread of world.running) {
    const wrong = differences(there.map(textOf), thread.core.directory.factsOfAll({}).map(textOf))
    if (wrong !== null) fault(`the registry of thread ${thread.key} ${wrong}`)
  }
  for (const { filter, seen, closed, life } of observers.pictures) {
    if (closed || life?.over === true) continue
    const wrong = differences(
      there.flatMap((facts) => keysOf(facts, filter)),
      seen,
    )
    if (wrong !== null) fault(`an observer of ${JSON.stringify(filter)} (${life?.label ?? 'the program'}) ${wrong}`)
  }
}

function keysOf({ id, name, groups }: ActorFacts, filter: Filter): readonly string[] {
  if (filter.name !== undefined) return name === filter.name ? [keyOf(id, undefined)] : []
  const ofGroups = groups.filter((group) => filter.group === undefined || group === filter.group).map((group) => keyOf(id, group))
  return filter.group === undefined ? [keyOf(id, undefined), ...ofGroups] : ofGroups
}

/** Who watches knows. */
function checkWatches(simulation: Simulation): void {
  const { observers, actors, fault } = simulation
  const living = idsOf(simulation)
  for (const { id, told, closed, life } of observers.watches) {
    if (closed || life?.over === true) continue
    const who = `${life?.label ?? 'the program'}, who watches ${id} (order ${actors.of(id)?.order.tag}),`
    if (told === 0 && !living.has(id)) fault(`${who} was not told that it is gone`)
    if (told > 0 && living.has(id)) fault(`${who} was told that it is gone`)
  }
}

/** Publishers know of nobody who has gone. */
function checkAudiences(simulation: Simulation): void {
  const { observers, world, fault } = simulation
  const living = idsOf(simulation)
  for (const { life, open } of observers.audiences) {
    if (life.over) continue
    for (const [key, { subscriber }] of open)
      if (subscriber !== world.main.core.root.id && !living.has(subscriber)) fault(`${life.label} still has a subscription of ${key}`)
  }
}

export function checkCalm(simulation: Simulation): void {
  checkStates(simulation)
  checkLives(simulation)
  checkPictures(simulation)
  checkWatches(simulation)
  checkAudiences(simulation)
  for (const [serial, life] of simulation.opened) {
    if (life.thread.alive) simulation.fault(`the generator of stream ${serial} was not closed`)
  }
}

/** Whoever lives answers, and publishes a last report. One is asked after another, with `pause` between, so that no link is full. */
export async function pingAll(simulation: Simulation, pause: () => Promise<void>): Promise<void> {
  const { agent, known } = simulation
  const living = idsOf(simulation)
  const options = { timeoutMs: PING_MS }
  const asks = new Map<string, () => Promise<unknown>>()
  for (const remote of known) asks.set(remote.$.binding.id, () => remote.$.with(options).ping())
  for (const binding of agent.lookupAll({})) asks.set(binding.id, () => agent.call(binding, 'ping', [], options))
  for (const [id, ask] of asks) {
    const pinging = ping(simulation, { id, isThere: living.has(id), by: null }, ask())
    await pause()
    await pinging
  }
}

/** Everybody reaches somebody of those they know, from wherever both live now. */
export async function askAround(simulation: Simulation, pause: () => Promise<void>): Promise<void> {
  const living = idsOf(simulation)
  for (const { life, known } of doersOf(simulation)) {
    if (known.length === 0) continue
    const target = simulation.draw.pick(known)
    const { id } = target.$.binding
    const asking = ping(simulation, { id, isThere: living.has(id), by: life }, target.$.with({ timeoutMs: PING_MS }).here())
    await pause()
    await asking
  }
}

interface Pinged {
  readonly id: string
  readonly isThere: boolean
  readonly by: PlayerLife | null
}

async function ping({ book, fault, pinged }: Simulation, { id, isThere, by }: Pinged, ask: Promise<unknown>): Promise<void> {
  const who = by?.label ?? 'the program'
  try {
    await book.follow(`ping of ${id} by ${who}`, ask, { by, limitMs: PING_MS })
    if (!isThere) fault(`${id} answers ${who} and does not live`)
    if (by === null) pinged.add(id)
  } catch (error) {
    const { code } = error as { code?: string }
    if (isThere) fault(`${id} lives and does not answer ${who}: ${String(error)}`)
    else if (code !== 'ERR_SERVICE_UNAVAILABLE') fault(`${id} does not live and a call of it by ${who} fails with ${code}`)
  }
}

/** After {@link pingAll}: everybody has heard the last reports of all that fit. */
export function checkLast(simulation: Simulation): void {
  const { observers, pinged, fault } = simulation
  const publishers = visible(simulation).filter(({ facts }) => pinged.has(facts.id))
  for (const { life, closed, where, pattern, overflow, last } of observers.subscriptions) {
    if (closed || life?.over === true || overflow !== null || !(pattern === '*' || pattern === 'last')) continue
    for (const { facts } of publishers) {
      const { id, name, groups } = facts
      const fits = where.id === id || where.name === name || (where.group !== undefined && groups.includes(where.group))
      const heard = last.get(id) ?? 0
      const who = `a subscription of ${life?.label ?? 'the program'} to ${JSON.stringify(where)}`
      if (fits && heard !== 1) fault(`${who} has heard ${heard} of the one last report of ${name} ${id}`)
      if (!fits && heard > 0) fault(`${who} has heard ${name} ${id}`)
    }
  }
}
