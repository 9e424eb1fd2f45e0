import { Feed } from '../feeds/feed.js'
import { Binding } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { SubscriptionNotice } from '../kernel/ports.js'
import { quote } from '../quote.js'
import { encodingFailure } from '../turns/failing.js'
import { partsOf } from './remote.js'
import { SubscriptionHandle } from './subscription-handle.js'

/** Subscriptions whose news may wait for the listener. */
const MAX_CHANGES = 100_000

interface PublishOptions {
  readonly lifetimeMs?: number
}

/**
 * Publishes a value. `lifetimeMs`: how long it is kept for who subscribes later; where nothing is said, what the contract says, else 0.
 *
 * @throws RequestEncodingError when the value cannot be sent
 */
export function publish(core: Core, life: Life, [subject, value]: readonly [unknown, unknown], options: PublishOptions = {}): void {
  const { lifetimeMs } = options
  checkOptions(options)
  try {
    core.directory.reports.publish(life.cell, subject as string, value, lifetimeMs)
  } catch (error) {
    throw encodingFailure(error)
  }
}

function checkOptions(options: PublishOptions): void {
  const unknown = Object.keys(options).find((key) => key !== 'lifetimeMs')
  if (unknown !== undefined) throw new TypeError(`publish(): unknown option "${unknown}"; known is lifetimeMs`)
  const { lifetimeMs } = options
  if (lifetimeMs === undefined || (typeof lifetimeMs === 'number' && lifetimeMs >= 0)) return
  throw new TypeError(`publish(): lifetimeMs is ${quote(lifetimeMs)}; give milliseconds, 0 or more, or Infinity`)
}

/** Sends a report to one agent that has subscribed to this one; false when it has not. */
export function sendReport(core: Core, life: Life, to: unknown, [subject, value]: readonly [unknown, unknown]): boolean {
  const id = partsOf(to)?.target.id ?? (to instanceof Binding ? to.id : undefined)
  if (id === undefined) throw new TypeError(`sendReport(): ${quote(to)} is no agent; give the binding of a subscriber`)
  try {
    return core.directory.reports.sendTo(life.cell, id, subject as string, value)
  } catch (error) {
    throw encodingFailure(error)
  }
}

/** Forgets kept reports that match and are at least so old; returns how many. */
export function expireReports(core: Core, life: Life, pattern: unknown, ageMs: unknown = 0): number {
  if (typeof ageMs !== 'number' || !(ageMs >= 0))
    throw new TypeError(`expireReports(): ageMs is ${quote(ageMs)}; give milliseconds, 0 or more`)
  return core.directory.reports.expire(life.cell, pattern as string, ageMs)
}

/** Hears who subscribes to this actor: those that have, then every change. */
export function onSubscription(core: Core, life: Life, listener: unknown): SubscriptionHandle {
  if (typeof listener !== 'function') throw new TypeError(`onSubscription(): listener is ${quote(listener)}; give a function`)
  let stop: () => void = () => undefined
  const feed = new Feed<SubscriptionNotice>(core, life, {
    what: () => 'onSubscription()',
    capacity: MAX_CHANGES,
    overflow: 'close',
    listener: listener as (change: unknown) => unknown,
    signal: undefined,
    show: ({ status, pattern, subscriber }) => Object.freeze({ status, pattern, subscriber: new Binding(subscriber) }),
    onClose: () => stop(),
  })
  stop = core.directory.reports.watch(life.cell, (notice) => feed.push([notice]))
  return new SubscriptionHandle(feed)
}
