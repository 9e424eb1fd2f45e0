/** The actors that come and go in `churn.mjs`, and those that die in `recovery.mjs`. */
import { memoryUsage } from 'node:process'
import { service } from 'troupe'

/** Does a little of everything. */
export const Churner = service(import.meta, 'churner', (self, /** @type {{ id: string }} */ { id }) => {
  let calls = 0
  return {
    ping: () => ++calls,
    echo: (/** @type {unknown} */ value) => value,
    say: (/** @type {string} */ subject) => self.publish(subject, { id, calls }, { lifetimeMs: Number.POSITIVE_INFINITY }),
    crash: () => {
      self.after(0, () => {
        throw new Error('crashes, as it was asked to')
      })
    },
    join: (/** @type {string} */ group) => self.joinGroup(group),
    async *upTo(/** @type {number} */ end) {
      for (let i = 0; i < end; i++) yield i
    },
    never: () => new Promise(() => undefined),
  }
})

/** Ends its thread. */
export const Mortal = service(import.meta, 'mortal', () => ({
  ping: () => true,
  /** Says in shared memory when: the clock is that of the machine. */
  exit: (/** @type {BigInt64Array} */ moment) => {
    setImmediate(() => {
      Atomics.store(moment, 0, process.hrtime.bigint())
      process.exit(1)
    })
  },
}))

/** Fails, and serves again. */
export const Fragile = service(import.meta, 'fragile', (self) => ({
  ping: () => true,
  crash: (/** @type {BigInt64Array} */ moment) => {
    self.after(0, () => {
      Atomics.store(moment, 0, process.hrtime.bigint())
      throw new Error('crashes, as it was asked to')
    })
  },
}))

/** Collections, with turns of the event loop between: what is known by weak references goes with the second or third. */
const COLLECTIONS = 3

/** Tells what its thread holds once its garbage is collected. */
export const Collector = service(import.meta, 'collector', () => ({
  heapBytes: async () => {
    for (let i = 0; i < COLLECTIONS; i++) {
      globalThis.gc?.()
      await new Promise((resolve) => void setImmediate(resolve))
    }
    return memoryUsage().heapUsed
  },
}))
