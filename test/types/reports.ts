/** The types of reports, announcements and watching; compiled, never run. */

import {
  type Announcement,
  actor,
  contract,
  createSystem,
  type Received,
  type Remote,
  report,
  type Self,
  type ServiceBinding,
  type Subscription,
  service,
} from 'troupe'
import { z } from 'zod'

const NewsApi = contract('news', {
  methods: {},
  reports: {
    closed: z.boolean(),
    load: report(z.object({ calls: z.int() }), { lifetimeMs: 1000 }),
    'price.*': z.number(),
    'price.of.gold': z.object({ ounce: z.number() }),
    'tag.?': z.string(),
  },
})

/** Equal, not only assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => undefined

export const News = service(import.meta, NewsApi, (self) => {
  self.publish('closed', true)
  self.publish('load', { calls: 1 }, { lifetimeMs: Number.POSITIVE_INFINITY })
  self.publish('price.ACME', 1)
  self.publish('price.of.gold', { ounce: 2000 })
  self.publish('tag.a', 'text')
  const symbol: string = 'ACME'
  self.publish(`price.${symbol}` as const, 2)
  // @ts-expect-error: no such subject
  self.publish('opened', true)
  // @ts-expect-error: one character, not two
  self.publish('tag.ab', 'text')
  // @ts-expect-error: it is a number
  self.publish('price.ACME', 'one')
  // @ts-expect-error: an exact key goes before a pattern
  self.publish('price.of.gold', 1)
  // @ts-expect-error: calls is missing
  self.publish('load', {})
  // @ts-expect-error: no value
  self.publish('closed')
  // @ts-expect-error: no such option
  self.publish('closed', true, { lifetime: 3 })

  const changes: Subscription = self.onSubscription(({ status, pattern, subscriber }) => {
    const known: 'requested' | 'withdrawn' = status
    const [text, binding]: [string, ServiceBinding] = [pattern, subscriber]
    const sent: boolean = self.sendReport(subscriber, 'price.ACME', 1)
    // @ts-expect-error: it is a number
    self.sendReport(subscriber, 'price.ACME', 'one')
    // @ts-expect-error: no such subject
    self.sendReport(subscriber, 'opened', true)
    // @ts-expect-error: a name is no agent
    self.sendReport('somebody', 'closed', true)
    void [known, text, binding, sent]
  })
  // @ts-expect-error: a change has no content
  self.onSubscription(({ content }) => content)
  const forgotten: number = self.expireReports('price.*', 100) + self.expireReports('*')
  // @ts-expect-error: an age is a number
  self.expireReports('price.*', '100')
  void [changes, forgotten]
  return {}
})

const publishLoad = (self: Self<typeof NewsApi>, calls: number): void => self.publish('load', { calls })

await using system = await createSystem()
const news = await system.spawn(News)

system.subscribe(NewsApi, 'closed', (one) => {
  same<typeof one, Received<'closed', boolean>>(true)
  const [retained, missed, publisher]: [boolean, number, ServiceBinding] = [one.retained, one.missed, one.publisher]
  void [retained, missed, publisher]
})
system.subscribe(NewsApi, 'price.*', (one) => {
  same<typeof one, Received<`price.${string}`, number> | Received<'price.of.gold', { ounce: number }>>(true)
})
system.subscribe(NewsApi, 'price.ACME', (one) => same<typeof one, Received<'price.ACME', number>>(true))
system.subscribe(NewsApi, 'tag.?', ({ content }) => same<typeof content, string>(true))
system.subscribe(NewsApi, 'clo*', ({ content }) => same<typeof content, boolean>(true))
system.subscribe(NewsApi, '*', (one) => {
  if (one.subject === 'load') same<typeof one.content, { calls: number }>(true)
  if (one.subject === 'closed') same<typeof one.content, boolean>(true)
})
// @ts-expect-error: no subject of the contract can match
system.subscribe(NewsApi, 'opened', () => undefined)
// @ts-expect-error: no subject of the contract can match
system.subscribe(NewsApi, 'x*', () => undefined)
// @ts-expect-error: the content is a boolean
system.subscribe(NewsApi, 'closed', ({ content }) => content.toFixed())
// @ts-expect-error: no such overflow
system.subscribe(NewsApi, 'closed', () => undefined, { overflow: 'wait' })

// Every way to name a publisher gives the same types.
const load = ({ content: { calls } }: Received<'load', { calls: number }>): number => calls
system.subscribe(News, 'load', load)
system.subscribe(news, 'load', load)
system.subscribe(news.$.binding, 'load', load)
system.subscribe({ contract: NewsApi, group: 'media' }, 'load', load)
// @ts-expect-error: no such subject
system.subscribe(news, 'opened', () => undefined)
// @ts-expect-error: no such subject
system.subscribe(news.$.binding, 'opened', () => undefined)

// Read instead of listened to.
for await (const { content } of system.subscribe(NewsApi, 'load', { capacity: 3, overflow: 'latest' }))
  same<typeof content.calls, number>(true)
const listened = system.subscribe(NewsApi, 'load', () => undefined)
const ready: Promise<void> = listened.ready
const dropped: number = listened.dropped
// @ts-expect-error: it has a listener
for await (const _ of listened) void 0
{
  using _ = system.subscribe('news', '*', ({ content }) => same<typeof content, unknown>(true))
}
// @ts-expect-error: what is not typed is unknown
system.subscribe('news', '*', ({ content }) => content.calls)

// Without a contract any subject may be published, and what is heard is unknown.
const Free = service(import.meta, 'free', (self) => {
  self.publish('anything', { at: 'all' })
  return {}
})
const light = system.spawn(actor((self) => ({ publish: () => self.publish('anything', 1) })))
system.subscribe(Free, 'anything', ({ content }) => same<typeof content, unknown>(true))
system.subscribe(light, 'anything', ({ content }) => same<typeof content, unknown>(true))
system.subscribe(light.$.binding, 'anything', ({ content }) => same<typeof content, unknown>(true))

// Announcements and watching.
system.announcements({}, (one) => {
  const status: 'available' | 'withdrawn' = one.status
  const reason: 'stopped' | 'crashed' | 'unreachable' | 'drained' | 'replaced' | undefined = one.reason
  if (one.kind === 'group') same<typeof one.group, string>(true)
  // @ts-expect-error: a service announcement has no group
  else void one.group
  void [status, reason]
})
system.announcements(NewsApi, ({ binding }) => {
  system.subscribe(binding, 'load', load)
})
for await (const one of system.announcements({ group: 'media' }, { signal: AbortSignal.timeout(1) })) same<typeof one, Announcement>(true)
// @ts-expect-error: no such key
system.announcements({ nam: 'news' }, () => undefined)
// @ts-expect-error: announcements have no capacity
system.announcements({}, () => undefined, { capacity: 3 })
const watching: Subscription<never> = system.watch(news, ({ binding, reason }) => void [binding.id, reason === 'crashed'])
system.watch(light, () => undefined)
system.watch(news.$.binding, () => undefined)
// @ts-expect-error: a name is no actor
system.watch('news', () => undefined)

// Clients.
const ClockApi = contract('clock', { methods: {} })
const client: Remote<typeof ClockApi> = system.client(ClockApi, { select: { sticky: 'key' } })
system.client({ contract: ClockApi, group: 'clocks', select: 'round-robin' })
// @ts-expect-error: no such choice
system.client(ClockApi, { select: 'last' })

export const used = [publishLoad, ready, dropped, watching, client]
