import { expect, test } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'

const signals: AbortSignal[] = []

const Slow = service(import.meta, 'slow', (self) => ({
  wait() {
    signals.push(self.request.signal)
    return new Promise<number>(() => undefined)
  },
}))

const Asker = service(import.meta, 'asker', (self, init: { readonly slow: Remote<typeof Slow> }) => {
  const ask = (): void =>
    void init.slow.$.with({ timeoutMs: Number.POSITIVE_INFINITY })
      .wait()
      .catch(() => undefined)
  return {
    later: () => void self.after(1, ask),
    ask,
    crash: () => void self.after(1, () => Promise.reject(new Error('boom'))),
  }
})

async function asked(
  begin: (asker: Remote<typeof Asker>) => Promise<void>,
  end: (asker: Remote<typeof Asker>) => Promise<void>,
): Promise<AbortSignal> {
  await using t = await createTestSystem({ seed: 3, log: { debug() {}, info() {}, warn() {}, error() {} } })
  const slow = await t.spawn(Slow)
  const asker = await t.spawn(Asker, { init: { slow } })
  signals.length = 0
  await begin(asker)
  await t.clock.advance(10)
  expect(signals[0]?.aborted).toBe(false)
  await end(asker)
  await t.clock.advance(10)
  return signals[0] as AbortSignal
}

test('an actor that stops ends what it asked for from a timer', async () => {
  const signal = await asked(
    (asker) => asker.later(),
    (asker) => asker.$.stop(),
  )
  expect(signal.aborted).toBe(true)
})

test('an actor that stops ends what a method of its asked for and did not wait for', async () => {
  const signal = await asked(
    (asker) => asker.ask(),
    (asker) => asker.$.stop(),
  )
  expect(signal.aborted).toBe(true)
})

test('an actor that restarts ends what its old incarnation asked for', async () => {
  const signal = await asked(
    (asker) => asker.later(),
    (asker) => asker.crash(),
  )
  expect(signal.aborted).toBe(true)
})

test('an actor that stops ends the lookups it waits for, those without a deadline too', async () => {
  await using t = await createTestSystem({ seed: 5 })
  const outcomes: unknown[] = []
  const Seeker = service(import.meta, 'seeker', (self) => {
    self.lookup('nobody', { timeoutMs: Number.POSITIVE_INFINITY }).catch((error: unknown) => outcomes.push(error))
  })
  const seeker = await t.spawn(Seeker)
  await t.clock.advance(60_000)
  expect(outcomes).toEqual([])
  await seeker.$.stop()
  await t.settled()
  expect(outcomes).toMatchObject([{ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' }])
})
