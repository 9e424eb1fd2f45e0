import type { Feed } from '../feeds/feed.js'
import type { Subscribed } from '../kernel/ports.js'

type Result = IteratorResult<unknown, undefined>

const AT_ONCE: Pick<Subscribed, 'ready'> = { ready: Promise.resolve() }

/** What a program holds of something it hears of. It is read with `for await` when it has no listener. */
export class SubscriptionHandle implements Disposable {
  readonly #feed: Feed<never>
  readonly #subscribed: Pick<Subscribed, 'ready'>

  constructor(feed: unknown, subscribed: Pick<Subscribed, 'ready'> = AT_ONCE) {
    this.#feed = feed as Feed<never>
    this.#subscribed = subscribed
  }

  get dropped(): number {
    return this.#feed.dropped
  }

  get ready(): Promise<void> {
    return this.#subscribed.ready
  }

  close(): void {
    this.#feed.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    const { reading } = this.#feed
    if (reading === undefined) throw new TypeError('this subscription has a listener; leave the listener out to read it with "for await"')
    return { next: (): Promise<Result> => reading.next(), return: (): Promise<Result> => reading.return() }
  }
}
