/**
 * Lesson 3: every call ends. It has a deadline (5 seconds unless told otherwise) and takes an AbortSignal; the method that
 * runs for it is told through `self.request.signal`.
 */
import { actor, createSystem, RequestAborted, RequestTimeout } from 'troupe'

await using system = await createSystem({ threads: 0 })

const Sleeper = actor((self) => {
  let interrupted = 0
  return {
    /** Sleeps until `ms` have passed or nobody waits any more. */
    async sleep(ms: number) {
      const { signal } = self.request
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          interrupted++
          resolve()
        })
      })
      return 'awake'
    },
    interrupted: () => interrupted,
    remainingMs: () => self.request.remainingMs,
  }
})

const sleeper = system.spawn(Sleeper)
console.log(await sleeper.sleep(10))

// A deadline for one call.
try {
  await sleeper.$.with({ timeoutMs: 50 }).sleep(60_000)
} catch (error) {
  if (error instanceof RequestTimeout) console.log(`timeout: ${error.code}, delivered: ${error.delivered}`)
}

// Cancellation: `cause` is the reason given to `abort`.
const controller = new AbortController()
setTimeout(() => controller.abort(new Error('changed my mind')), 20)
try {
  await sleeper.$.with({ signal: controller.signal }).sleep(60_000)
} catch (error) {
  if (error instanceof RequestAborted) console.log(`aborted: ${(error.cause as Error).message}, delivered: ${error.delivered}`)
}

// Time spent waiting behind other messages counts. What expires there is never run, and says so.
const long = sleeper.$.with({ timeoutMs: 200 }).sleep(60_000)
const behind = sleeper.$.with({ timeoutMs: 20 }).sleep(1)
for (const outcome of await Promise.allSettled([long, behind])) {
  if (outcome.status === 'rejected') console.log(`waited in vain, delivered: ${outcome.reason.delivered}`)
}

console.log(`sleeps cut short: ${await sleeper.interrupted()}`)
console.log(`a call without options has ${Math.round((await sleeper.remainingMs()) / 1000)} s`)
