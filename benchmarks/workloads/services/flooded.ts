import { service } from 'troupe'
import { watchLateness } from '../flood/lateness.mjs'

/** Counts what it is told, and how late its timer is meanwhile. */
export const FloodedService = service(import.meta, 'flooded', () => {
  let count = 0
  let lateness = () => Number.NaN
  return {
    begin() {
      count = 0
      lateness = watchLateness()
    },
    take(_value: number) {
      count++
    },
    caughtUp() {},
    end: () => ({ count, lateMs: lateness() }),
  }
})
