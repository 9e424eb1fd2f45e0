import { setTimeout } from 'node:timers/promises'
import { actor, createSystem, type Remote } from 'troupe'
import type { StartSession } from '../../harness/workload.js'

const MOST_WAITS = 1000

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  let ready = 0
  const Idle = actor(() => {
    ready++
    // A method: tsx gives arrow functions their names when they are made, which would be counted for each actor.
    return {
      receive(value: number) {
        return value
      },
    }
  })
  const kept: Remote<{ receive(value: number): number }>[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) kept.push(system.spawn(Idle))
      for (let waits = 0; ready < size && waits < MOST_WAITS; waits++) await setTimeout(5)
      return { value: ready }
    },
    close: async () => {
      kept.length = 0
      await system.stop()
    },
  }
}
