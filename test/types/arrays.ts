/** Callers may give arrays that they cannot change; handlers get arrays of their own. Compiled, never run. */

import { contract, createSystem, method, type Remote, service, stream } from 'troupe'
import { z } from 'zod'

export const ListApi = contract('lists', {
  methods: {
    sum: method([z.array(z.number())], z.number()),
    pair: method([z.tuple([z.number(), z.string()]), z.array(z.string()).optional()], z.array(z.string())),
    either: method([z.union([z.string(), z.array(z.string())]), z.boolean()]),
    whole: method(z.array(z.string())),
    each: stream([z.array(z.number())], z.number()),
    loose: method([z.any(), z.unknown()]),
  },
})

export const Lists = service(import.meta, ListApi, () => ({
  sum(numbers) {
    numbers.sort()
    return numbers.length
  },
  pair(pair, texts = []) {
    pair[0] = 5
    texts.push(pair[1])
    return texts
  },
  either(texts, sure) {
    if (typeof texts !== 'string' && sure) texts.pop()
  },
  whole(texts) {
    texts.push('x')
  },
  async *each(numbers) {
    yield numbers.push(1)
  },
  loose(anything, something) {
    anything.whatever()
    // @ts-expect-error: it is unknown
    something.whatever()
  },
}))

declare const numbers: readonly number[]
declare const texts: readonly string[]

const system = await createSystem()
const lists: Remote<typeof ListApi> = await system.spawn(Lists)
await lists.sum(numbers)
await lists.sum([1, 2])
const mine: string[] = await lists.pair([1, 'x'] as const, texts)
await lists.either(texts, true)
await lists.either('text', true)
await lists.whole(texts)
for await (const n of lists.each(numbers)) n.toFixed()
await lists.loose(texts, numbers)
lists.$.tell.sum(numbers)
await lists.$.offer.sum(numbers)
await lists.$.try.sum(numbers)
const pool = await system.pool(Lists, { size: 2, route: { hash: (name, args) => (name === 'whole' ? (args[0][0] ?? '') : name) } })
await pool.$.all.sum(numbers)
// @ts-expect-error: wrong elements
lists.sum(texts)
// @ts-expect-error: too many elements
lists.pair([1, 'x', 2] as const)
export const used = [mine]
