import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Inlet } from '../../actors/kernel/feed-port.js'
import type { Report, SubscriptionNotice } from '../../actors/kernel/ports.js'
import type { ThreadKey } from '../../base/ids.js'
import type { Matched } from '../pattern-group.js'
import { matchSubject } from '../subject.js'
import { SubjectIndex } from '../subject-index.js'
import { Retained } from './retained.js'

/** Somebody who wants to hear what one actor publishes. */
export interface Interest {
  /** Number of the subscription in its thread. */
  readonly subscription: number
  readonly thread: ThreadKey
  readonly pattern: string
  readonly subscriber: ActorFacts
  /** Where reports go, of a subscription of this thread. */
  readonly here: Inlet<Report> | null
  /** Reports that found no room on the way to its thread, and of which it has not been told. */
  missed: number
}

/** What one actor publishes: who hears it, and what is kept for who comes later. Pure state. */
export class Publisher {
  readonly retained = new Retained<unknown>()
  readonly #index = new SubjectIndex<Interest>()
  readonly #interests = new Map<InterestKey, Interest>()
  readonly #watchers = new Set<(notice: SubscriptionNotice) => void>()

  /** Nothing here need be kept. */
  get idle(): boolean {
    return this.#interests.size === 0 && this.retained.size === 0 && this.#watchers.size === 0
  }

  get interests(): Iterable<Interest> {
    return this.#interests.values()
  }

  add(interest: Interest): void {
    this.#interests.set(keyOf(interest), interest)
    this.#index.add(interest.pattern, interest)
    this.#tell('requested', interest)
  }

  /** `thread` is that of the subscriber, `null` for this one. */
  remove(thread: ThreadKey | null, subscription: number): void {
    const interest = this.#interests.get(thread === null ? subscription : farKey(thread, subscription))
    if (interest !== undefined) this.#drop(interest)
  }

  /** A thread has ended, and with it who subscribed from there. */
  removeThread(thread: ThreadKey): void {
    for (const interest of [...this.#interests.values()]) if (interest.thread === thread) this.#drop(interest)
  }

  /** Those whose patterns match, in the order in which they subscribed. */
  matching(subject: string): readonly Matched<Interest>[] {
    return this.#index.matches(subject)
  }

  /** Those of one subscriber. */
  of(subscriberId: string): readonly Interest[] {
    return [...this.#interests.values()].filter(({ subscriber }) => subscriber.id === subscriberId)
  }

  /** Forgets kept values; returns how many. */
  expire(pattern: string, ageMs: number, nowMs: number): number {
    return this.retained.expire((subject) => matchSubject(pattern, subject), ageMs, nowMs)
  }

  /** Hears of subscriptions from now on; returns how to stop. */
  watch(watcher: (notice: SubscriptionNotice) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  #drop(interest: Interest): void {
    this.#interests.delete(keyOf(interest))
    this.#index.remove(interest.pattern, interest)
    this.#tell('withdrawn', interest)
  }

  #tell(status: SubscriptionNotice['status'], { pattern, subscriber }: Interest): void {
    for (const watcher of [...this.#watchers]) watcher({ status, pattern, subscriber })
  }
}

/** A subscription of this thread goes by its number alone, which needs no text. */
type InterestKey = number | string

function keyOf({ here, thread, subscription }: Interest): InterestKey {
  return here === null ? farKey(thread, subscription) : subscription
}

function farKey(thread: ThreadKey, subscription: number): string {
  return `${thread}:${subscription}`
}
