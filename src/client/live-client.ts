import type { ClientOptions, LookupOptions } from '../actors/agent-type.js'
import { quote } from '../actors/quote.js'
import type { CallOptions } from '../actors/remote-type.js'
import type { Announcement, ObserveOptions, SubscribeOptions } from '../actors/report-type.js'
import { nameFault } from '../actors/service-name.js'
import { offAbort, onAbort } from '../base/abort-signal.js'
import { ServiceUnavailable } from '../base/failures.js'
import { AnnouncementFeed } from './asking/announcement-feed.js'
import type { Lasting, LastingParts } from './asking/lasting-request.js'
import { Outgoing } from './asking/outgoing.js'
import { LiveSubscription } from './asking/subscriptions.js'
import { LiveWatch } from './asking/watch.js'
import type { ActiveOptions, ClientConnectionEvent } from './client-type.js'
import { activeWait } from './link/active-wait.js'
import { Link, type LinkOptions } from './link/link.js'
import type { Platform } from './link/platform.js'
import { Talk } from './link/talk.js'
import { isOffer } from './protocol/frame-reading.js'
import type { GatewayFrame, Offer } from './protocol/frames.js'
import { type Handles, RichError } from './protocol/rich-limits.js'
import { readCallOptions } from './services/call-options.js'
import { OBSERVE_RULES, readHearing, readPattern, SUBSCRIBE_RULES } from './services/hearing-options.js'
import { liveBinding } from './services/live-binding.js'
import { type Known, Mirror } from './services/mirror.js'
import { createLiveRemote, partsOf } from './services/remote.js'
import { Searches } from './services/search.js'
import { type Quest, readFilter, readQuest, readSelect } from './services/target.js'

/** What a client is made with. */
export interface LiveClientSettings extends LinkOptions {
  readonly timeoutMs: number
}

/** What `createClient` returns. */
export class GatewayClient {
  readonly #platform: Platform
  readonly #settings: LiveClientSettings
  readonly #talk = new Talk()
  readonly #mirror = new Mirror()
  readonly #lasting = new Set<Lasting>()
  readonly #listeners = new Set<(event: ClientConnectionEvent) => unknown>()
  readonly #searches: Searches
  readonly #outgoing: Outgoing
  readonly #subscribing: LastingParts
  readonly #link: Link

  constructor(platform: Platform, settings: LiveClientSettings) {
    this.#platform = platform
    this.#settings = settings
    const { timeoutMs } = settings
    const common = { platform, conversations: this.#talk, mirror: this.#mirror, handles: this.#handles() }
    this.#searches = new Searches(common)
    this.#outgoing = new Outgoing({ ...common, searches: this.#searches, timeoutMs, bufferedBytes: () => this.#link.bufferedBytes })
    this.#subscribing = { ...common, lasting: this.#lasting }
    this.#link = new Link(platform, settings, {
      onActive: () => this.#resume(),
      onLost: () => this.#lose(),
      onFrame: (frame) => this.#hear(frame),
      onEvent: (event) => {
        this.#talk.trouble = event.reason
        this.#tell(event)
      },
      onGiveUp: (reason) => this.#giveUp(reason),
    })
    this.#talk.use(this.#link)
  }

  get state(): 'connecting' | 'active' | 'closed' {
    return this.#link.state
  }

  active(options: ActiveOptions = {}): Promise<void> {
    const { timeoutMs = this.#settings.timeoutMs, signal } = readCallOptions(options, 'active()')
    return activeWait(this.#talk, this.#platform, { timeoutMs, signal })
  }

  on(event: 'connection', listener: (event: ClientConnectionEvent) => unknown): Disposable {
    if (event !== 'connection') throw new TypeError(`on(): there is no event ${quote(event)}; there is 'connection'`)
    if (typeof listener !== 'function') throw new TypeError(`on(): listener is ${quote(listener)}; give a function`)
    const own = (one: ClientConnectionEvent): unknown => listener(one)
    this.#listeners.add(own)
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) }
  }

  async lookup(target: unknown, options: LookupOptions = {}): Promise<object> {
    const { timeoutMs = this.#settings.timeoutMs, signal } = readCallOptions(options, 'lookup()')
    const quest = readQuest(target, 'lookup()')
    const { wanted } = quest
    const known = await this.#searches.find({ wanted, timeoutMs, signal, action: 'lookup()', pick: () => this.#pick(quest) })
    return this.#remote(known, quest)
  }

  tryLookup(target: unknown): object | undefined {
    const quest = readQuest(target, 'tryLookup()')
    const known = this.#pick(quest)
    return known === undefined ? undefined : this.#remote(known, quest)
  }

  lookupAll(filter: unknown): readonly unknown[] {
    return this.#mirror.all(readFilter(filter, 'lookupAll()').wanted).map(({ binding }) => binding)
  }

  client(target: unknown, options: ClientOptions = {}): object {
    const { wanted, spec, select } = readQuest(target, 'client()')
    const chosen = readSelect(options, 'client()')
    return createLiveRemote({ caller: this.#outgoing, known: null, wanted, spec, select: chosen ?? select, options: null })
  }

  async call(target: unknown, method: unknown, args: unknown, options: CallOptions = {}): Promise<unknown> {
    if (typeof method !== 'string') throw new TypeError(`call(): method is ${quote(method)}; give the name of a method`)
    if (!Array.isArray(args)) throw new TypeError(`call(): args is ${quote(args)}; give an array of arguments`)
    const checked = readCallOptions(options, 'call()')
    const { wanted, spec, select } = readQuest(target, 'call()')
    return await this.#outgoing.send(
      { caller: this.#outgoing, known: null, wanted, spec, select, options: checked },
      'call',
      method,
      args as readonly unknown[],
    )
  }

  subscribe(target: unknown, pattern: unknown, ...rest: readonly unknown[]): object {
    const { wanted } = readQuest(target, 'subscribe()')
    const hearing = readHearing<SubscribeOptions>(rest, SUBSCRIBE_RULES, 'subscribe()')
    const order = { where: wanted, pattern: readPattern(pattern, 'subscribe()'), ...hearing }
    this.#mustLive('subscribe()')
    return new LiveSubscription(this.#subscribing, order)
  }

  announcements(filter: unknown, ...rest: readonly unknown[]): object {
    const { wanted } = readFilter(filter, 'announcements()')
    if (wanted.id !== undefined) throw new TypeError('announcements(): give a filter { name, group, address }; of one actor use watch()')
    const { listener, options } = readHearing<ObserveOptions>(rest, OBSERVE_RULES, 'announcements()')
    const feed = new AnnouncementFeed(this.#subscribing, listener)
    const { signal } = options
    if (signal !== undefined) closeWith(signal, feed)
    if (this.state === 'closed') feed.close()
    feed.begin((notify: (announcement: Announcement) => void) => this.#mirror.observe(wanted, notify))
    return feed
  }

  watch(target: unknown, listener: unknown): object {
    if (typeof listener !== 'function') throw new TypeError(`watch(): listener is ${quote(listener)}; give a function`)
    const known = typeof target === 'object' && target !== null ? (partsOf(target)?.known?.binding ?? target) : undefined
    const { kind, id } = (known ?? {}) as { readonly kind?: unknown; readonly id?: unknown }
    if (kind !== 'binding' || typeof id !== 'string' || nameFault(id) !== undefined)
      throw new TypeError(`watch(): ${quote(target)} is no actor; give a Remote or a binding`)
    this.#mustLive('watch()')
    return new LiveWatch(this.#subscribing, known as Known['binding'], listener as never)
  }

  async close(): Promise<void> {
    this.#link.close()
    this.#end((one) => one.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #pick({ wanted, select }: Quest): Known | undefined {
    return this.#outgoing.pick({ known: null, wanted, select })
  }

  #remote(known: Known, { spec }: Pick<Quest, 'spec'>): object {
    const { id } = known.offer
    return createLiveRemote({ caller: this.#outgoing, known, wanted: { id }, select: 'first', spec, options: null })
  }

  #mustLive(action: string): void {
    if (this.state === 'closed') throw new Error(`${action}: ${this.#talk.ending}`)
  }

  /** Remotes and bindings in values; of a Remote its id travels. */
  #handles(): Handles {
    return {
      write(value) {
        const parts = partsOf(value)
        if (parts?.known === null) throw new RichError('a client of a name cannot be sent; send the name, or a Remote from lookup()')
        const { kind, id } = value as { readonly kind?: unknown; readonly id?: unknown }
        return parts?.known?.offer.id ?? (kind === 'binding' && typeof id === 'string' ? id : undefined)
      },
      read: (note) => {
        if (!isOffer(note)) throw new RichError('a Remote is garbled')
        const offer = note as Offer
        return this.#remote({ offer, binding: liveBinding(offer) }, { spec: null })
      },
    }
  }

  #hear(frame: GatewayFrame): void {
    if (frame.kind === 'services') {
      for (const [id, reason] of frame.gone) this.#mirror.remove(id, reason as never)
      for (const offer of frame.here) this.#mirror.set(offer)
    } else if ('id' in frame) this.#talk.hear(frame)
  }

  #resume(): void {
    for (const one of [...this.#lasting]) one.resume()
    this.#talk.resume()
  }

  #lose(): void {
    this.#talk.lose()
    this.#mirror.clear()
  }

  #giveUp(reason: string): void {
    this.#talk.ending = `the client has given up: ${reason}`
    const failure = new ServiceUnavailable({ details: this.#talk.ending })
    this.#lose()
    this.#end((one) => one.fail(failure))
    this.#tell({ state: 'closed', reason })
  }

  /** There will be no connection any more. */
  #end(how: (one: Lasting) => void): void {
    this.#talk.close()
    for (const one of [...this.#lasting]) how(one)
    this.#searches.close()
  }

  #tell(event: ClientConnectionEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        this.#platform.report(error)
      }
    }
  }
}

function closeWith(signal: AbortSignal, feed: AnnouncementFeed): void {
  if (signal.aborted) return feed.close()
  const close = (): void => feed.close()
  onAbort(signal, close)
  feed.whenClosed(() => offAbort(signal, close))
}
