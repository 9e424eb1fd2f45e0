/** The types of `$.try`; compiled, never run. */

import { actor, contract, createSystem, method, type Outcome, type Remote, remote, service, stream } from 'troupe'
import { z } from 'zod'
import { MathApi } from './basic.js'

const system = await createSystem()
const math = await system.lookup(MathApi)

const outcome = await math.$.try.multiply(2, 3)
const same: Outcome<number, { Overflow: { limit: number }; Gone: Record<string, never> }> = outcome
if (outcome.ok) {
  const product: number = outcome.value
  void product
  // @ts-expect-error: there is no failure
  outcome.failure
} else {
  const { failure } = outcome
  const delivered: 'no' | 'maybe' | 'yes' = failure.delivered
  void delivered
  switch (failure.code) {
    case 'Overflow': {
      const limit: number = failure.data.limit
      void limit
      break
    }
    case 'Gone':
      break
    case 'ERR_PARAMETERS_INCORRECT':
      failure.data.map((issue) => issue.message)
      break
    case 'ERR_REQUEST_TIMEOUT':
    case 'ERR_APPLICATION':
      break
    // @ts-expect-error: no such code
    case 'Overflown':
      break
    default:
      failure.message.trim()
  }
}

const nothing: Outcome<void, never> | undefined = undefined
const cleared = await math.$.with({ timeoutMs: 3 }).$.try.clear()
if (cleared.ok) {
  const value: void = cleared.value
  void value
}
// @ts-expect-error: wrong argument
math.$.try.multiply('x', 2)
// @ts-expect-error: argument missing
math.$.try.multiply(1)

const Feed = contract('feed', { methods: { one: method([], z.number()), many: stream([], z.string()), room: method([], remote(MathApi)) } })
const feed = await system.lookup(Feed)
// @ts-expect-error: a stream is read, not tried
feed.$.try.many()
const found = await feed.$.try.room()
if (found.ok) await found.value.multiply(1, 2)

const light = system.spawn(actor(() => ({ half: (n: number) => n / 2, later: async () => 'x' })))
const half = await light.$.try.half(4)
const later = await light.$.try.later()
if (half.ok && later.ok) later.value.repeat(half.value)
else if (!half.ok) half.failure.code satisfies `ERR_${string}`

const Clock = service(import.meta, 'clock', () => ({ now: () => new Date() }))
const pool = await system.pool(Clock, { size: 2 })
const now = await pool.$.try.now()
if (now.ok) now.value.getTime()

declare const plain: Remote<{ area(w: number): number }>
const area = await plain.$.try.area(3)
if (area.ok) area.value.toFixed()
else void area.failure.code

const loose = await system.lookup('anything')
const whatever = await loose.$.try.whatever(1)
void whatever.value

export const used = [same, nothing]
