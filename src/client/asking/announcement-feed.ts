import type { Announcement } from '../../actors/report-type.js'
import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import { Inflow } from './inflow.js'
import type { Lasting, LastingParts } from './lasting-request.js'

/** Announcements that may wait: what does not fit would break their order, so that the feed ends instead. */
const MAX_ANNOUNCEMENTS = 100_000

/** What is visible, and its changes: what `announcements` returns. It is told here, so that it needs no connection. */
export class AnnouncementFeed implements Lasting, Disposable, AsyncIterable<unknown> {
  readonly ready = Promise.resolve()
  readonly dropped = 0
  readonly #parts: LastingParts
  readonly #inflow: Inflow
  readonly #hasListener: boolean
  readonly #endings: (() => void)[] = []
  #waiting = 0

  constructor(parts: LastingParts, listener: ((announcement: never) => unknown) | undefined) {
    this.#parts = parts
    this.#hasListener = listener !== undefined
    this.#inflow = new Inflow({
      window: 1,
      listener,
      grant: (count) => {
        this.#waiting -= count
      },
      onClose: () => this.#leave(),
      report: (error) => parts.platform.report(error),
    })
    parts.lasting.add(this)
  }

  /** `observe` replays what is there to what it is given, goes on with changes, and returns how to stop. */
  begin(observe: (notify: (announcement: Announcement) => void) => () => void): void {
    if (this.#inflow.ended) return
    const stop = observe((announcement) => this.#push(announcement))
    if (this.#inflow.ended) stop()
    else this.whenClosed(stop)
  }

  whenClosed(run: () => void): void {
    this.#endings.push(run)
  }

  /** It goes on by itself. */
  resume(): void {}

  close(): void {
    this.#inflow.close()
  }

  fail(failure: ServiceFailure): void {
    if (this.#inflow.ended) return
    this.#inflow.finish(failure)
    this.#leave()
    if (this.#hasListener) this.#parts.platform.report(failure)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    if (!this.#hasListener) return this.#inflow
    throw new TypeError('these announcements have a listener; leave the listener out to read them with "for await"')
  }

  #push(announcement: Announcement): void {
    if (++this.#waiting <= MAX_ANNOUNCEMENTS) return this.#inflow.push(announcement)
    this.fail(new MailboxFull({ details: `announcements() was closed: more than ${MAX_ANNOUNCEMENTS} items waited` }))
  }

  #leave(): void {
    this.#parts.lasting.delete(this)
    for (const end of this.#endings.splice(0)) end()
  }
}
