/** The actors of simulations: they do what is drawn, and note what no actor may see. */

import type { Decision } from '../../src/actors/actor-options.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import type { OwnAgent } from './agents.js'
import type { Doer, Note } from './deeds.js'
import { perform, SimulatedError } from './own-deeds.js'
import { PlayerLife } from './player-life.js'
import { simulationOf } from './simulations.js'
import type { Definition, Init } from './spawning.js'

function begin(own: unknown, { simulation: number, tag, others }: Init, limit: number): PlayerLife {
  const self = own as OwnAgent
  const simulation = simulationOf(number)
  const thread = simulation.threadAt(self.address)
  const life = new PlayerLife(simulation, self, { number: simulation.actors.livesOf(self.id), limit, thread, known: others })
  simulation.note(() => `${life.label} begins, order ${tag}`)
  if (thread.alive) simulation.actors.began(tag, life)
  return life
}

/** A setup may throw, take its time, or never end. */
function delayed<T>(life: PlayerLife, methods: T): T | Promise<T> {
  const { simulation } = life
  const { draw } = simulation
  if (simulation.calm || draw.chance(0.75)) return methods
  if (draw.chance(0.25)) throw new SimulatedError('in setup')
  if (draw.chance(0.15)) return simulation.hang(life).then(() => methods)
  return simulation.pause(life, draw.index(30)).then(() => methods)
}

function handle(life: PlayerLife, hop: string, note: Note, others: readonly Remote[]): unknown {
  const { simulation } = life
  const { book } = simulation
  if (!life.thread.alive) return undefined
  book.began(note.serial, hop, life)
  life.learn(others)
  checkRequest(life, note)
  const doer: Doer = { simulation, life, agent: life.self, known: life.known, depth: note.depth }
  return answered(life, note, () => life.turn(() => perform({ life, note, hop }, doer)))
}

/** Says in the book how a handler has ended, unless it has left its answer to others. */
function answered(life: PlayerLife, { serial }: Note, work: () => unknown): unknown {
  const { book } = life.simulation
  const ended = (how: string) => (outcome: unknown) => {
    if (life.thread.alive) book.ended(serial, how)
    if (how === 'threw') throw outcome
    return outcome
  }
  try {
    const result = work()
    if (result instanceof Promise) return result.then(ended('returned'), ended('threw'))
    return result === serial ? ended('returned')(result) : result
  } catch (error) {
    return ended('threw')(error)
  }
}

function checkRequest(life: PlayerLife, { serial }: Note): void {
  const { properties } = life.self.request
  if (properties['serial'] !== `${serial}`)
    life.simulation.fault(`${life.label} runs message ${serial}, and self.request is that of ${properties['serial']}`)
}

async function* items(life: PlayerLife, note: Note, count: number): AsyncGenerator<number> {
  const { simulation } = life
  if (!life.thread.alive) return
  simulation.book.began(note.serial, 'items', life)
  simulation.opened.set(note.serial, life)
  try {
    for (let i = 0; i < count; i++) yield await life.turn(() => step(life, note, i))
    simulation.book.ended(note.serial, 'was read to its end')
  } catch (error) {
    simulation.book.ended(note.serial, 'threw')
    throw error
  } finally {
    simulation.opened.delete(note.serial)
  }
}

async function step(life: PlayerLife, { serial }: Note, item: number): Promise<number> {
  const { simulation } = life
  if (!simulation.calm && simulation.draw.chance(0.01)) throw new SimulatedError('in a stream')
  if (simulation.draw.chance(0.05)) await simulation.pause(life, simulation.draw.between(0, 30))
  simulation.note(() => `${life.label} gives item ${item} of stream ${serial}`)
  return item
}

const setup = (limit: number) => (self: unknown, init: Init) => {
  const life = begin(self, init, limit)
  return delayed(life, {
    act: (note: Note, ...others: Remote[]) => handle(life, 'act', note, others),
    next: (note: Note, ...others: Remote[]) => handle(life, 'next', note, others),
    last: (note: Note, ...others: Remote[]) => handle(life, 'last', note, others),
    // Written as a generator: that tells that it is a stream.
    async *items(note: Note, count: number) {
      yield* items(life, note, count)
    },
    here: () => life.id,
    ping: () => {
      life.self.publish('last', life.simulation.reportOf(life))
      return life.id
    },
  })
}

const DECISIONS: readonly Decision[] = ['restart', 'restart', 'resume', 'stop', 'escalate']

/** Decides as the run goes; it must be the same on every thread. */
function decide(error: Error): Decision {
  return DECISIONS[error.message.length % DECISIONS.length] as Decision
}

const guards = {
  authorise: ({ properties }: { properties: Readonly<Record<string, string>> }) => !(properties['serial'] ?? '').endsWith('7'),
  around: async (_: unknown, next: () => unknown) => await next(),
}

const LIGHT: Definition = { what: 'light', made: actor(setup(1)), decides: false }
const PLAYERS: readonly Definition[] = [
  { what: 'one', made: service(import.meta, 'one', setup(1)), decides: false },
  { what: 'two', made: service(import.meta, 'two', { concurrency: 2, groups: ['g'] }, setup(2)), decides: false },
  {
    what: 'many',
    made: service(import.meta, 'many', { concurrency: Number.POSITIVE_INFINITY }, setup(Number.POSITIVE_INFINITY)),
    decides: false,
  },
  { what: 'guarded', made: service(import.meta, 'guarded', guards, setup(1)), decides: false },
  { what: 'hidden', made: service(import.meta, 'hidden', { visibility: 'hidden' }, setup(1)), decides: false },
  { what: 'decider', made: service(import.meta, 'decider', { supervision: { onFailure: decide } }, setup(1)), decides: true },
  { what: 'helper', made: actor(import.meta, 'helper', setup(1)), decides: false },
]

export const CAST = { light: LIGHT, players: PLAYERS }
