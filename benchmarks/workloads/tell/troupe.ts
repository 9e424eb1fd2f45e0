import { actor, createSystem } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'

const Counter = actor(() => {
  let sum = 0
  return {
    add(value: number) {
      sum += value
    },
    take() {
      const taken = sum
      sum = 0
      return taken
    },
  }
})

/** One actor tells another, with a mailbox as unlimited as those of the rivals. */
export const start: StartSession = async ({ size }) => {
  const system = await createSystem({ threads: 0 })
  const counter = system.spawn(Counter, { mailbox: { capacity: size + 1 } })
  const producer = system.spawn(
    actor(() => ({
      async produce(size: number, seed: number) {
        const { add } = counter.$.tell
        let accepted = 0
        for (let i = 0; i < size; i++) if (add(valueAt(seed, i)) === 'accepted') accepted++
        if (accepted < size) throw new Error(`${size - accepted} messages were dropped`)
        return await counter.take()
      },
    })),
  )
  return { run: async ({ size, seed }) => ({ value: await producer.produce(size, seed) }), close: () => system.stop() }
}
