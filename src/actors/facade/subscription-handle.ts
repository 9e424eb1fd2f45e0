import type { Feed } from '../feeds/feed.js'

type Result = IteratorResult<unknown, undefined>

/** What a program holds of something it hears of. It is read with `for await` when it has no listener. */
export class SubscriptionHandle implements Disposable {
  readonly #feed: Feed<never>
  readonly #ready: () => Promise<void>

  constructor(feed: unknown, ready: () => Promise<void>) {
    this.#feed = feed as Feed<never>
    this.#ready = ready
  }

  get dropped(): number {
    return this.#feed.dropped
  }

  get ready(): Promise<void> {
    return this.#ready()
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
