import type { Session } from '../../harness/workload.js'
import { BATCH } from './workload.js'

interface Subscriptions {
  /** Subscribes to a subject and returns how to stop that. */
  open(subject: string): () => void
  /** Publishes to a subject what every listener counts by calling `heard`. */
  publish(subject: string): void
}

const subjects = Array.from({ length: BATCH }, (_, i) => `plant.${i}.temperature`)

/** Opens and closes batches, then leaves one open and sees that it alone hears. `settled`: what was asked for has been done. */
export function subscriptionSession(make: (heard: () => void) => Subscriptions, settled: () => Promise<unknown>): Omit<Session, 'close'> {
  let count = 0
  const { open, publish } = make(() => count++)
  return {
    run: async ({ size, seed }) => {
      let made = 0
      for (let done = 0; done < size; done += BATCH) {
        const stops = subjects.map((_, i) => open(subjects[(seed + i) % BATCH] as string))
        made += stops.length
        for (const stop of stops) stop()
      }
      const stop = open(subjects[0] as string)
      await settled()
      count = 0
      for (const subject of subjects) publish(subject)
      await settled()
      stop()
      // Only the one that is open hears anything.
      return { value: count === 1 ? made : -count }
    },
  }
}
