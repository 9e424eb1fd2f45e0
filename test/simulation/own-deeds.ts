/** What actors do with themselves: answer or not, crash, publish, hear, join, stop. */

import type { Note } from './deeds.js'
import { type Doer, message, someone } from './deeds.js'
import { hear } from './hearing.js'
import type { PlayerLife } from './player-life.js'
import { spawnOne } from './spawning.js'

/** A request that is being handled. */
export interface Handling {
  readonly life: PlayerLife
  readonly note: Note
  /** Which handler of the message this is: it may be forwarded. */
  readonly hop: string
}

export class SimulatedError extends Error {
  constructor(what: string) {
    super(`simulated: ${what}`)
  }
}

const BENIGN = {
  answer: 6,
  pause: 4,
  message: 14,
  messages: 6,
  publish: 5,
  hear: 4,
  join: 3,
  attend: 4,
  timer: 2,
  defer: 3,
  forward: 3,
  spawn: 4,
} as const
const FAULTS = { throw: 3, fail: 1, crash: 3, hang: 1, 'defer for ever': 1, stop: 1, 'idle stop': 1, 'slow stop': 1, die: 3 } as const
const ALL = { ...BENIGN, ...FAULTS }

type Deed = keyof typeof ALL

/** Does something, and answers the request or leaves it to others. */
export function perform(handling: Handling, doer: Doer): unknown {
  const { simulation } = doer
  const deed: Deed = simulation.draw.among(simulation.calm ? BENIGN : ALL)
  simulation.note(() => `${handling.life.label} for message ${handling.note.serial}: ${deed}`)
  return DEEDS[deed](handling, doer)
}

const DEEDS: Readonly<Record<Deed, (handling: Handling, doer: Doer) => unknown>> = {
  answer: ({ note }) => note.serial,
  pause: async ({ note, life }, { simulation }) => {
    await simulation.pause(life, simulation.draw.pick([0, 1, 20, 150]))
    return note.serial
  },
  message: (handling, doer) => then(handling, message(doer)),
  messages: (handling, doer) => then(handling, Promise.all([message(doer), message(doer), message(doer)])),
  publish: (handling, { simulation }) => then(handling, publish(handling.life, simulation.draw.between(1, 4))),
  hear: (handling, doer) => then(handling, hear(doer)),
  join: (handling) => then(handling, regroup(handling.life)),
  attend: ({ life, note }, { simulation }) => {
    simulation.observers.attend(life)
    return note.serial
  },
  timer: ({ life, note }, doer) => {
    setTimer(life, doer)
    return note.serial
  },
  defer: (handling) => deferred(handling),
  forward: (handling, doer) => forwarded(handling, doer),
  spawn: (handling, doer) => then(handling, doer.simulation.draw.chance(0.5) ? spawnOne(doer) : void spawnOne(doer).catch(() => undefined)),
  throw: () => {
    throw new SimulatedError('thrown')
  },
  fail: ({ life }) => {
    throw life.self.failure('Simulated', { data: 1 })
  },
  crash: ({ life, note }, { simulation }) => {
    life.self.after(simulation.draw.pick([0, 10, 40]), () => crash())
    return note.serial
  },
  hang: async ({ note, life }, { simulation }) => {
    await simulation.hang(life)
    return note.serial
  },
  'defer for ever': (handling) => deferredForLong(handling),
  stop: ({ life, note }, { simulation }) => {
    simulation.actors.mayEnd(life.id, 'stopped itself')
    life.self.stop()
    return note.serial
  },
  'idle stop': ({ life, note }, { simulation }) => {
    simulation.actors.mayEnd(life.id, 'stops when idle')
    life.self.idleStop(simulation.draw.between(1, 50))
    return note.serial
  },
  'slow stop': ({ life, note }, { simulation }) => {
    const ms = simulation.draw.pick([10, 100, 6000])
    if (life.stopsSlowly) return note.serial
    life.stopsSlowly = true
    life.self.onStop(async () => {
      await simulation.pause(life, ms)
      throw new SimulatedError('in onStop')
    })
    return note.serial
  },
  die: (handling, doer) => die(handling, doer),
}

/** Its thread ends while it waits for others, soon or at once. */
function die({ life, note }: Handling, doer: Doer): unknown {
  const { simulation } = doer
  const { draw } = simulation
  if (life.thread.slot === 0 || !simulation.mayKill()) return note.serial
  const asking = [0, 1, 2].map(() => message(doer))
  simulation.later(draw.pick([0, 0, 1, 5]), () => simulation.kill(life.thread))
  return then({ note }, Promise.all(asking))
}

async function then({ note }: Pick<Handling, 'note'>, work: unknown): Promise<number> {
  await work
  return note.serial
}

function crash(): never {
  throw new SimulatedError('crash')
}

/** A turn of the actor's own, which does something too. */
function setTimer(life: PlayerLife, doer: Doer): void {
  const { simulation } = doer
  const { draw } = simulation
  const fire = (): unknown =>
    life.turn(() => (draw.chance(0.6) ? message({ ...doer, depth: doer.depth + 1 }).catch(() => undefined) : undefined))
  if (draw.chance(0.7)) return void life.self.after(draw.between(0, 60), fire)
  const key = life.self.every(draw.between(10, 60), () => {
    if (simulation.calm || draw.chance(0.2)) life.self.cancelTimer(key)
    return fire()
  })
}

function deferred({ life, note }: Handling): unknown {
  const { simulation, self } = life
  const { draw, book } = simulation
  const answer = self.request.defer()
  const give = (): void => {
    book.ended(note.serial, 'answered later')
    if (draw.chance(0.8)) answer.resolve(note.serial)
    else answer.reject(new SimulatedError('put off and failed'))
  }
  if (draw.chance(0.3)) give()
  if (draw.chance(0.5)) self.after(draw.between(0, 60), give)
  else simulation.later(draw.between(0, 60), () => life.thread.alive && give())
  return answer
}

/** Nobody answers, until nothing fails any more: whoever owes an answer to what has no deadline owes it for ever. */
function deferredForLong({ life, note }: Handling): unknown {
  const answer = life.self.request.defer()
  void life.simulation.hang(life).then(() => {
    life.simulation.book.ended(note.serial, 'answered at last')
    answer.resolve(note.serial)
  })
  return answer
}

const NEXT: Readonly<Record<string, string>> = { act: 'next', next: 'last' }

function forwarded({ life, note, hop }: Handling, doer: Doer): unknown {
  const target = someone(doer)
  const next = NEXT[hop]
  return target === undefined || next === undefined ? note.serial : life.self.request.forward(target, next)
}

async function publish(life: PlayerLife, count: number): Promise<void> {
  const { simulation, self } = life
  const { draw } = simulation
  for (let i = 0; i < count; i++) {
    const lifetimeMs = draw.pick([0, 0, 20, Number.POSITIVE_INFINITY])
    self.publish(draw.pick(['a', 'b', 'b.c']), simulation.reportOf(life), { lifetimeMs })
  }
  if (draw.chance(0.1)) self.expireReports(draw.pick(['*', 'a']), draw.pick([0, 10]))
}

async function regroup({ self, simulation }: PlayerLife): Promise<void> {
  const { draw } = simulation
  const group = simulation.someGroup()
  if (draw.chance(0.2)) await self.announce().catch(() => undefined)
  else if (draw.chance(0.5)) await self.joinGroup(group)
  else await self.leaveGroup(group)
}
