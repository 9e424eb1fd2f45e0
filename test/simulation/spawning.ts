/** What is spawned, and how: as the seed says. */

import type { Remote } from '../../src/actors/remote-type.js'
import type { Order } from './actors.js'
import { type Doer, nameOf, whoIs } from './deeds.js'

const POLICIES = ['reject', 'drop-newest', 'drop-oldest', 'wait'] as const
const ROUTES = ['idle', 'round-robin', 'random', 'least-busy'] as const
const FAILURES = { restart: 6, resume: 1, stop: 1, escalate: 1 } as const
const STRATEGIES = { 'one-for-one': 2, 'one-for-all': 1, 'rest-for-one': 1 } as const

/** What actors are made from. */
export interface Definition {
  readonly what: string
  readonly made: unknown
  /** It has an `onFailure` of its own. */
  readonly decides: boolean
}

export interface Cast {
  readonly light: Definition
  readonly players: readonly Definition[]
}

/** What every actor of a simulation is given. */
export interface Init {
  readonly simulation: number
  readonly tag: number
  readonly others: readonly Remote[]
}

interface Terms {
  readonly options: object
  /** Why what is spawned with them may end by itself. */
  readonly mayEnd: string | null
}

function termsOf({ simulation }: Doer, { decides }: Definition): Terms {
  const { draw } = simulation
  const onFailure = draw.among(FAILURES)
  const isPatient = draw.chance(0.8)
  const supervision = {
    ...(decides ? {} : { onFailure }),
    backoff: { minMs: draw.pick([0, 5, 20]), maxMs: 60 },
    budget: isPatient ? { restarts: 1000, withinMs: 60_000 } : { restarts: draw.index(3), withinMs: 200 },
    strategy: draw.among(STRATEGIES),
    startMs: 50,
    overdueMs: draw.pick([10, 60]),
  }
  const mailbox = { capacity: draw.pick([1, 2, 5, 100]), overflow: draw.pick(POLICIES) }
  const ends = decides || onFailure === 'stop' || onFailure === 'escalate' || !isPatient
  return { options: { supervision, mailbox }, mayEnd: ends ? 'supervision' : null }
}

function hostFor({ simulation, life }: Doer): object | string {
  const { draw, threads } = simulation
  if (draw.chance(0.04)) return 'dedicated'
  if (draw.chance(life === null ? 0.1 : 0.4)) return 'inline'
  return draw.chance(0.5) ? 'auto' : { thread: draw.index(threads + 1) }
}

function publicity({ simulation }: Doer): object {
  const { draw } = simulation
  const groups = draw.chance(0.4) ? { groups: [simulation.someGroup()] } : {}
  return draw.chance(0.6) ? { name: simulation.someName(), ...groups } : groups
}

function limits({ simulation }: Doer): object {
  const { draw } = simulation
  if (draw.chance(0.9)) return {}
  const controller = new AbortController()
  simulation.later(draw.index(40), () => controller.abort())
  return draw.chance(0.5) ? { timeoutMs: draw.between(1, 60) } : { signal: controller.signal }
}

/** Spawns somebody; the promise is settled when it is there, and followed. */
export function spawnOne(doer: Doer): Promise<Remote | undefined> {
  const { simulation, agent, life, known } = doer
  const { draw, actors } = simulation
  if (!simulation.mayGrow()) return Promise.resolve(undefined)
  const isLight = life !== null && draw.chance(0.4)
  const definition = isLight ? simulation.cast.light : draw.pick(simulation.cast.players)
  const { options, mayEnd } = termsOf(doer, definition)
  const size = !isLight && draw.chance(0.12) ? draw.between(1, 3) : 0
  const order = actors.order({ what: definition.what, parent: life, isPool: size > 0, mayEnd })
  const init: Init = { simulation: simulation.number, tag: order.tag, others: known.slice(-2) }
  const common = { ...options, init }
  if (isLight) return Promise.resolve(spawned(doer, order, agent.spawn(definition.made, common) as Remote))
  const all = { ...common, ...publicity(doer), ...limits(doer), host: hostFor(doer) }
  simulation.note(
    () => `${whoIs(doer)} spawns ${definition.what}, order ${order.tag}: ${JSON.stringify({ ...all, init: undefined, size })}`,
  )
  const spawning = size > 0 ? agent.pool(definition.made, { ...all, size, route: draw.pick(ROUTES) }) : agent.spawn(definition.made, all)
  return followed(doer, order, spawning as Promise<Remote>)
}

async function followed(doer: Doer, order: Order, spawning: Promise<Remote>): Promise<Remote | undefined> {
  try {
    return spawned(doer, order, await doer.simulation.book.follow(`spawn ${order.tag}`, spawning, { by: doer.life, limitMs: 25_000 }))
  } catch {
    order.state = 'failed'
    return undefined
  }
}

function spawned({ simulation, life }: Doer, order: Order, remote: Remote): Remote {
  order.state = 'spawned'
  order.id = remote.$.binding.id
  simulation.note(() => `order ${order.tag} is ${nameOf(remote)} ${order.id}`)
  if (life === null) simulation.known.push(remote)
  else life.learn([remote])
  return remote
}
