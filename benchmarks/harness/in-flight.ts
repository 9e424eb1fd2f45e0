import { valueAt } from './values.mjs'
import type { Input, Session, StartSession } from './workload.js'

/** One call: takes a number and promises the next one. */
export type Call = (value: number) => PromiseLike<number>

/**
 * Makes `size` calls, `width` of them under way at once, and adds up the answers: each of `width` loops awaits its call
 * and makes the next.
 */
async function sumCalls(call: Call, { size, width, seed }: Input): Promise<number> {
  let next = 0
  let sum = 0
  const loop = async (): Promise<void> => {
    while (next < size) {
      // In one expression the sum would be read before the wait.
      const answer = await call(valueAt(seed, next++))
      sum += answer
    }
  }
  await Promise.all(Array.from({ length: width }, loop))
  return sum
}

/** A session of a workload that consists of calls. */
export function callSession(call: Call, close: () => Promise<unknown>): Session {
  return {
    run: async (input) => ({ value: await sumCalls(call, input) }),
    close: async () => void (await close()),
  }
}

/** An adapter that needs nothing but a function. */
export function callsOf(call: Call): StartSession {
  return async () => callSession(call, async () => undefined)
}
