/** The types that streams, deferred and forwarded answers have; compiled, never run. */

import { actor, contract, createSystem, type Deferred, method, type Remote, service, stream } from 'troupe'
import { z } from 'zod'

export const Feed = contract('feed', {
  methods: { one: method([z.number()], z.number()), many: stream([z.number()], z.string(), { timeoutMs: 100 }) },
})

declare const feed: Remote<typeof Feed>

export const Desk = service(
  import.meta,
  'desk',
  { concurrency: 4, authorise: ({ properties }) => properties['user'] !== undefined },
  (self) => ({
    later: () => self.request.defer<number>(),
    laterStill: async () => self.request.defer<number>(),
    forwarded: () => self.request.forward(feed, 'one'),
    either: (now: boolean) => (now ? 5 : self.request.forward(feed, 'one')),
    async *numbers() {
      yield 1
    },
    whatever: (): unknown => 1,
  }),
)

/** Handlers of a contract may put an answer off, give it away, or yield. */
export const FeedService = service(import.meta, Feed, (self) => {
  const waiting: Deferred<number>[] = []
  return {
    one: (n) => {
      if (n > 1) return n
      if (n > 0) return self.request.forward(feed)
      const answer = self.request.defer<number>()
      waiting.push(answer)
      return answer
    },
    async *many(n) {
      yield n.toFixed()
    },
  }
})

/** All of it may be given away. */
export const FeedFront = service(import.meta, Feed, (self) => ({
  one: () => self.request.forward(feed),
  many: () => self.request.forward(feed),
}))

const wrong = {
  one: (n: number) => n,
  async *many(n: number) {
    yield n
  },
}
// @ts-expect-error: the items of `many` are texts
export const Wrong = service(import.meta, Feed, () => wrong)

const system = await createSystem()
const desk = await system.spawn(Desk)
const numbers: number[] = [await desk.later(), await desk.laterStill(), await desk.either(true)]
const never: Promise<never> = desk.forwarded()
for await (const item of desk.numbers()) numbers.push(item)
for await (const item of feed.$.with({ priority: 'high', properties: { user: 'ada' } }).many(1)) item.toUpperCase()
desk.$.tell.later()
// @ts-expect-error: a stream is read, not told
desk.$.tell.numbers()
// @ts-expect-error: a stream is read, not awaited
;(await feed.many(1)).toUpperCase()
// @ts-expect-error: there are three priorities
feed.$.with({ priority: 'urgent' })

const Light = actor(() => ({
  async *texts() {
    yield 'x'
  },
  nothing() {},
}))
for await (const text of system.spawn(Light).texts()) text.toUpperCase()
const nothing: Promise<void> = system.spawn(Light).nothing()
export const kept = [never, nothing]
