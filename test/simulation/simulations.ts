/** The simulations that go on: an actor is told the number of its own, since what it is given must be data. */

import type { Simulation } from './simulation.js'

const simulations = new Map<number, Simulation>()
let made = 0

export function register(simulation: Simulation): number {
  simulations.set(++made, simulation)
  return made
}

export function forget(number: number): void {
  simulations.delete(number)
}

export function simulationOf(number: number): Simulation {
  return simulations.get(number) as Simulation
}
