import { actor, createSystem } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { createArrivals } from './arrivals.js'

/** A parent makes all children; it is stopped, and they with it, when the clock no longer runs. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const arrivals = createArrivals()
  // A method: tsx gives arrow functions their names when they are made, which would be paid for each actor.
  const Child = actor(() => ({
    receive(value: number) {
      arrivals.arrived(value)
    },
  }))
  const Parent = actor((self) => ({
    create(size: number, seed: number) {
      for (let i = 0; i < size; i++) self.spawn(Child).$.tell.receive(valueAt(seed, i))
    },
  }))
  let parent = system.spawn(Parent)
  return {
    run: ({ size, seed }) => {
      const answer = arrivals.expect(size)
      parent.$.tell.create(size, seed)
      return answer
    },
    tidy: async () => {
      await parent.$.stop()
      parent = system.spawn(Parent)
    },
    close: () => system.stop(),
  }
}
