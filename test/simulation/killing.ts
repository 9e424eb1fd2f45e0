/** Threads die, and somebody who knows an actor there has to do with it just then. */

import type { Remote } from '../../src/actors/remote-type.js'
import { type Doer, stopOne } from './deeds.js'
import type { PlayerLife } from './player-life.js'
import type { Simulation } from './simulation.js'
import type { Thread } from './world.js'

/** By then most of what lived on a thread has been started again. */
const RESTART_MS = 40

interface Witness {
  readonly doer: Doer
  readonly target: Remote
}

export function killOne(program: Doer, thread: Thread): void {
  const { simulation } = program
  const { draw } = simulation
  const witnesses = [program, ...doersOf(simulation)].flatMap((doer) => witnessesOf(doer, thread))
  simulation.kill(thread)
  for (let n = witnesses.length > 0 ? draw.index(3) : 0; n > 0; n--) {
    const witness = draw.pick(witnesses)
    simulation.later(draw.index(RESTART_MS), () => concern(witness))
  }
}

function concern({ doer, target }: Witness): void {
  const { simulation, agent, life } = doer
  if (life?.over === true) return
  if (simulation.draw.chance(0.5)) void stopOne(doer, target).catch(() => undefined)
  else simulation.observers.watch(agent, life, target)
}

/** The actors that live. */
export function doersOf(simulation: Simulation): readonly Doer[] {
  const lives = simulation.actors.all.map((actor) => actor.lives.at(-1) as PlayerLife).filter((life) => !life.over)
  return lives.map((life) => ({ simulation, life, agent: life.self, known: life.known, depth: 0 }))
}

function witnessesOf(doer: Doer, { key }: Thread): readonly Witness[] {
  const there = doer.known.filter((target) => target.$.binding.address.split('/')[1] === key)
  return there.map((target) => ({ doer, target }))
}
