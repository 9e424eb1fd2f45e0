/** What actors and the program itself do to others: each deed is drawn, and draws whom it concerns. */

import type { Remote } from '../../src/actors/remote-type.js'
import type { Agent } from './agents.js'
import type { PlayerLife } from './player-life.js'
import type { Simulation } from './simulation.js'

/** Who does something: an incarnation of an actor, or the program. */
export interface Doer {
  readonly simulation: Simulation
  readonly life: PlayerLife | null
  readonly agent: Agent
  readonly known: readonly Remote[]
  /** How many messages led to this one. */
  readonly depth: number
}

/** What goes with a message. */
export interface Note {
  readonly serial: number
  readonly depth: number
}

const LANES = { normal: 8, high: 1, low: 1 } as const
const MAX_DEPTH = 4

/** How a message is sent. */
interface Manner {
  readonly serial: number
  readonly remote: Remote
  readonly limitMs: number
  readonly note: Note
}

type Kind = 'call' | 'stream' | 'tell' | 'offer'

function mannerOf(doer: Doer, target: Remote, kind: Kind, direct: boolean): Manner {
  const { simulation, life, depth } = doer
  const { draw, book } = simulation
  const lane = draw.among(LANES)
  const { serial } = book.send({ kind, by: life, lane, to: direct ? target.$.binding.id : null })
  const signal = draw.chance(0.12) ? { signal: abortSoon(simulation) } : {}
  // Actors that wait for each other, or for themselves in a tell, would do so for ever; so would a client of what never comes.
  const limitMs = life === null && direct && draw.chance(0.1) ? Number.POSITIVE_INFINITY : draw.pick([300, 300, draw.between(1, 80)])
  const timeout = kind === 'tell' && draw.chance(0.8) ? {} : { timeoutMs: limitMs }
  const options = { priority: lane, properties: { serial: `${serial}` }, detached: draw.chance(0.1), ...signal, ...timeout }
  return { serial, remote: target.$.with(options), limitMs, note: { serial, depth: depth + 1 } }
}

function abortSoon(simulation: Simulation): AbortSignal {
  const controller = new AbortController()
  const ms = simulation.draw.between(0, 60)
  if (ms === 0) controller.abort()
  else simulation.later(ms, () => controller.abort())
  return controller.signal
}

/** Others that go with a message. */
function companions({ simulation, known }: Doer): readonly Remote[] {
  const { draw } = simulation
  return known.length > 0 && draw.chance(0.3) ? [draw.pick(known)] : []
}

export function someone({ simulation, known, life }: Doer): Remote | undefined {
  if (life !== null && simulation.draw.chance(0.05)) return life.self.remote
  return known.length === 0 ? undefined : simulation.draw.pick(known)
}

/** Nobody waits for it; how it ends is followed all the same. */
function aside(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}

export function ask(doer: Doer, target: Remote | undefined, direct = true): Promise<unknown> {
  if (target === undefined || !doer.simulation.maySend(doer.depth, MAX_DEPTH)) return Promise.resolve('alone')
  const { serial, remote, limitMs, note } = mannerOf(doer, target, 'call', direct)
  doer.simulation.note(() => `${whoIs(doer)} calls ${nameOf(target)}: message ${serial}, ${limitMs} ms`)
  return doer.simulation.book.follow(`call ${serial}`, remote.act(note, ...companions(doer)), { by: doer.life, limitMs, serial })
}

export function offer(doer: Doer, target: Remote | undefined, direct = true): Promise<unknown> {
  if (target === undefined || !doer.simulation.maySend(doer.depth, MAX_DEPTH)) return Promise.resolve('alone')
  const { serial, remote, limitMs, note } = mannerOf(doer, target, 'offer', direct)
  doer.simulation.note(() => `${whoIs(doer)} offers ${nameOf(target)}: message ${serial}, ${limitMs} ms`)
  return doer.simulation.book.follow(`offer ${serial}`, remote.$.offer.act(note, ...companions(doer)), { by: doer.life, limitMs, serial })
}

export function tell(doer: Doer, target: Remote | undefined): void {
  const { simulation } = doer
  for (let n = simulation.draw.between(1, 3); n > 0 && target !== undefined && simulation.maySend(doer.depth, MAX_DEPTH); n--) {
    const { serial, remote, note } = mannerOf(doer, target, 'tell', true)
    simulation.note(() => `${whoIs(doer)} tells ${nameOf(target)}: message ${serial}`)
    simulation.book.told(serial, remote.$.tell.act(note, ...companions(doer)))
  }
}

/** Reads a stream: to its end, or leaves it, or forgets it. */
export async function read(doer: Doer, target: Remote | undefined): Promise<unknown> {
  const { simulation } = doer
  if (target === undefined || !simulation.maySend(doer.depth, MAX_DEPTH)) return 'alone'
  const { serial, remote, limitMs, note } = mannerOf(doer, target, 'stream', false)
  const { draw, book } = simulation
  const [items, most] = [draw.pick([0, 1, 5, 90, 90]), draw.pick([1, 3, 70, 1000])]
  simulation.note(() => `${whoIs(doer)} reads ${most} of ${items} items of ${nameOf(target)}: message ${serial}, ${limitMs} ms`)
  const stream = (remote.items(note, items) as AsyncIterable<number>)[Symbol.asyncIterator]() as AsyncIterator<number, undefined>
  for (let got = 0; got < most; got++) {
    const next = await book.follow(`item ${got} of stream ${serial}`, stream.next(), { by: doer.life, limitMs, serial })
    if (next.done === true) {
      if (got !== items) simulation.fault(`stream ${serial} has ended after ${got} of ${items} items`)
      return got
    }
    if (next.value !== got) simulation.fault(`stream ${serial} gave item ${next.value} in the place of ${got}`)
    if (draw.chance(0.1)) await simulation.pause(doer.life, draw.between(0, 20))
  }
  // One that is forgotten is open for as long as its reader lives, and holds the worker of a pool.
  if (draw.chance(0.2)) return simulation.whenCalm(() => void stream.return?.())
  await book.follow(`end of stream ${serial}`, Promise.resolve(stream.return?.()), { by: doer.life, limitMs: 0 })
  return 'left'
}

export function stopOne(doer: Doer, target: Remote | undefined): Promise<unknown> {
  const { simulation } = doer
  if (target === undefined || !simulation.mayStop()) return Promise.resolve('alone')
  const drainMs = simulation.draw.pick([0, 0, 30])
  const { id } = target.$.binding
  simulation.note(() => `${whoIs(doer)} stops ${nameOf(target)}, drain ${drainMs} ms`)
  simulation.actors.mayEnd(id, 'stopped')
  const stopping: Promise<void> = target.$.stop({ drainMs })
  const followed = simulation.book.follow(`stop of ${nameOf(target)}`, stopping, { by: doer.life, limitMs: 25_000 })
  return followed.then(() => simulation.actors.stopped(id, doer.life))
}

/** One call through the name or group of whoever is visible. */
export function askAny(doer: Doer): Promise<unknown> {
  const { draw } = doer.simulation
  const where = draw.chance(0.5) ? { name: doer.simulation.someName() } : { group: doer.simulation.someGroup() }
  const client = doer.agent.client(where, { select: draw.pick(['first', 'random', 'round-robin', { sticky: 'key' }]) })
  return draw.chance(0.7) ? ask(doer, client, false) : offer(doer, client, false)
}

export async function lookUp(doer: Doer): Promise<unknown> {
  const { draw, book } = doer.simulation
  const where = draw.chance(0.5) ? { name: doer.simulation.someName() } : { group: doer.simulation.someGroup() }
  if (draw.chance(0.3)) return doer.agent.tryLookup(where)
  const timeoutMs = draw.pick([5, 100, 300])
  const looking = doer.agent.lookup(where, { timeoutMs })
  const found = await book.follow(`lookup of ${JSON.stringify(where)}`, looking, { by: doer.life, limitMs: timeoutMs })
  doer.life?.learn([found])
  return found
}

const VERBS = { call: 8, aside: 4, tell: 6, offer: 3, 'offer aside': 2, read: 4, client: 3, lookup: 2, stop: 1, untyped: 1 } as const

/** A message of some kind to somebody. */
export async function message(doer: Doer): Promise<unknown> {
  const { draw, book } = doer.simulation
  const target = someone(doer)
  switch (draw.among(VERBS)) {
    case 'call':
      return await ask(doer, target)
    case 'aside':
      return aside(ask(doer, target))
    case 'tell':
      return tell(doer, target)
    case 'offer':
      return await offer(doer, target)
    case 'offer aside':
      return aside(offer(doer, target))
    case 'read':
      return await read(doer, target)
    case 'client':
      return await askAny(doer)
    case 'lookup':
      return await lookUp(doer)
    case 'stop':
      return aside(stopOne(doer, target))
    case 'untyped':
      return await book.follow('untyped call', untyped(doer), { by: doer.life, limitMs: 50 })
  }
}

function untyped({ agent, simulation }: Doer): Promise<unknown> {
  return agent.call({ name: simulation.someName() }, 'none', [], { timeoutMs: 50 })
}

export function whoIs({ life }: Doer): string {
  return life?.label ?? 'the program'
}

export function nameOf(target: Remote): string {
  return String(target)
}
