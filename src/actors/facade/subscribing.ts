import { Feed } from '../feeds/feed.js'
import { type ActorFacts, Binding, factsOf, type Reason } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { Notice } from '../kernel/visibility.js'
import { observeOptions, parseOptions, subscribeOptions } from '../options.js'
import { quote } from '../quote.js'
import type { ObserveOptions, SubscribeOptions } from '../report-type.js'
import { watchTarget } from '../turns/watching.js'
import { factsOfTarget } from './facts.js'
import { readFilter, readQuest } from './quest.js'
import { targetOf } from './references.js'
import { partsOf } from './remote.js'
import { SubscriptionHandle } from './subscription-handle.js'

/** Who asks. */
export interface Asker {
  readonly core: Core
  readonly life: Life
}

type Listener = (item: unknown) => unknown

/** Announcements that may wait: what does not fit would break their order, so that the observer ends instead. */
const MAX_ANNOUNCEMENTS = 100_000

/** Subscribes to the reports of whatever fits, now and in future. */
export function subscribe({ core, life }: Asker, target: unknown, pattern: unknown, rest: readonly unknown[]): SubscriptionHandle {
  const { wanted } = readQuest(target, 'subscribe()')
  const { listener, options } = readListener(rest, 'subscribe()')
  const {
    capacity = 1000,
    overflow = 'drop-oldest',
    signal,
  }: SubscribeOptions = options === undefined ? {} : parseOptions(subscribeOptions, options, 'subscribe()')
  const order = { wanted, pattern: pattern as string, capacity, overflow, listener, signal }
  acquaint(core, target)
  const subscribed = core.directory.reports.subscribe(life, order)
  return new SubscriptionHandle(subscribed.feed, subscribed)
}

/** A Remote or binding tells where its actor is, which may be registered nowhere: from here on this thread knows of it. */
function acquaint(core: Core, value: unknown): void {
  const target = targetIn(core, value)
  if (target !== undefined) factsOfTarget(core, target)
}

function targetIn(core: Core, value: unknown): Target | undefined {
  return partsOf(value)?.target ?? (value instanceof Binding ? targetOf(core, factsOf(value)) : undefined)
}

/** Hears of what is visible now, then of every change. */
export function announcements({ core, life }: Asker, filter: unknown, rest: readonly unknown[]): SubscriptionHandle {
  const { listener, options } = readListener(rest, 'announcements()')
  const { signal }: ObserveOptions = parseOptions(observeOptions, options, 'announcements()')
  const { id, ...interest } = readFilter(filter, 'announcements()')
  if (id !== undefined) throw new TypeError('announcements(): give a filter { name, group, address }; of one actor use watch()')
  let stop: () => void = () => undefined
  const feed = new Feed<Notice>(core, life, {
    what: () => 'announcements()',
    capacity: MAX_ANNOUNCEMENTS,
    overflow: 'close',
    listener,
    signal,
    show: announcementOf,
    onClose: () => stop(),
  })
  stop = core.directory.observe({ interest, notify: (notice) => feed.push([notice]) })
  if (signal?.aborted === true) feed.close()
  if (feed.closed) stop()
  return new SubscriptionHandle(feed)
}

/** Hears once when one very actor is gone for good; at once if it is. */
export function watch({ core, life }: Asker, target: unknown, listener: unknown): SubscriptionHandle {
  if (typeof listener !== 'function') throw new TypeError(`watch(): listener is ${quote(listener)}; give a function`)
  const watched = watchedTarget(core, target)
  const facts = watched.facts
  let stop: () => void = () => undefined
  const feed = new Feed<Reason>(core, life, {
    what: () => 'watch()',
    capacity: 1,
    overflow: 'drop-newest',
    listener: (end) => {
      feed.close()
      return (listener as Listener)(end)
    },
    signal: undefined,
    show: (reason) => Object.freeze({ binding: new Binding(facts), reason }),
    onClose: () => stop(),
  })
  const tell = (reason: Reason): void => feed.push([reason])
  if (watched.target === undefined) tell('stopped')
  else stop = watchTarget(core, watched.target, tell)
  return new SubscriptionHandle(feed)
}

function watchedTarget(core: Core, value: unknown): { readonly facts: ActorFacts; readonly target: Target | undefined } {
  const target = targetIn(core, value)
  if (target === undefined) throw new TypeError(`watch(): ${quote(value)} is no actor; give a Remote or a binding`)
  return { facts: factsOfTarget(core, target), target }
}

function readListener(rest: readonly unknown[], action: string): { readonly listener: Listener | undefined; readonly options: unknown } {
  const [first, second] = rest
  if (typeof first === 'function') return { listener: first as Listener, options: second }
  if (first !== undefined && (typeof first !== 'object' || first === null))
    throw new TypeError(`${action}: listener is ${quote(first)}; give a function, or leave it out to read with "for await"`)
  return { listener: undefined, options: first ?? second }
}

function announcementOf({ kind, status, group, facts, reason }: Notice): object {
  const rest = { status, binding: new Binding(facts), ...(reason === undefined ? {} : { reason }) }
  return Object.freeze(kind === 'group' ? { kind, group, ...rest } : { kind, ...rest })
}
