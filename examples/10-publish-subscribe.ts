/**
 * Lesson 10: reports. A service publishes values under subjects; who subscribes says which subjects of which service. A value
 * that is retained reaches also who subscribes later.
 */
import { contract, createSystem, main, report, service } from 'troupe'
import { z } from 'zod'

const SeedApi = contract('seed', {
  methods: {},
  reports: {
    /** How it began: kept for whoever comes later. */
    init: report(z.object({ value: z.int() }), { lifetimeMs: Number.POSITIVE_INFINITY }),
    next: z.object({ time: z.number(), count: z.int(), value: z.int() }),
  },
})

const SeedService = service(import.meta, SeedApi, (self, init: { seed: number }) => {
  let [count, value] = [0, init.seed]
  self.publish('init', { value })
  self.every(20, () => {
    value = (value * 16_807) % 2_147_483_647
    self.publish('next', { time: Date.now(), count: ++count, value })
  })
  return {}
})

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 2 })
  await system.spawn(SeedService, { init: { seed: 42 } })

  // A subscription is an async iterable, typed by its pattern; leaving the loop ends it.
  for await (const { subject, content, retained } of system.subscribe(SeedApi, 'init')) {
    console.log(`${subject}: ${content.value}${retained ? ', published before' : ''}`)
    break
  }
  let last = 0
  for await (const { content, missed } of system.subscribe(SeedApi, 'next')) {
    if (last !== 0) console.log(`the next one: ${content.count === last + 1 + missed}`)
    last = content.count
    console.log(`time: ${content.time <= Date.now()}, value: ${content.value > 0}`)
    if (last >= 3) break
  }

  // Or it has a listener, which runs until the subscription is closed.
  const heard = new Promise<void>((resolve) => {
    const subscription = system.subscribe(SeedApi, '*', ({ subject, pattern, retained }) => {
      console.log(`${pattern} heard ${subject}${retained ? ', published before' : ''}`)
      if (subject !== 'next') return
      subscription.close()
      resolve()
    })
  })
  await heard
})
