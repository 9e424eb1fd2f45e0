import { Deque } from '../../base/deque.js'
import { randomIndex } from '../../base/random.js'
import type { Random, Scheduler } from '../../base/world.js'

/** What goes one way between two simulated threads, until it is handed on. */
export class MemoryChannel {
  readonly #items = new Deque<() => void>()
  readonly #onChange: (channel: MemoryChannel) => void
  #open = false
  #held = false
  #over = false

  constructor(onChange: (channel: MemoryChannel) => void) {
    this.#onChange = onChange
  }

  /** How much is on its way. */
  get travelling(): number {
    return this.#items.length
  }

  /** Something can arrive now. */
  get busy(): boolean {
    return this.#open && !this.#held && this.#items.length > 0
  }

  /** Its receiver is there: until then what was sent waits. */
  open(): void {
    this.#open = true
    this.#onChange(this)
  }

  /** Whether its receiver takes nothing in for now. */
  hold(isHeld: boolean): void {
    this.#held = isHeld
    this.#onChange(this)
  }

  /** Sends something; `arrive` runs when it is handed on. */
  post(arrive: () => void): void {
    if (this.#over) return
    this.#items.push(arrive)
    this.#onChange(this)
  }

  /** Hands on the oldest. */
  deliver(): void {
    this.#items.shift()?.()
    this.#onChange(this)
  }

  /** Its sender is gone: of what is on its way the first `kept` still arrive, then `last`. */
  end(kept: number, last?: () => void): void {
    const arriving: (() => void)[] = []
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) if (arriving.length < kept) arriving.push(item)
    for (const arrive of arriving) this.post(arrive)
    if (last !== undefined) this.post(last)
    this.#over = true
    this.#onChange(this)
  }

  /** Its receiver is gone: nothing arrives any more. */
  close(): void {
    this.end(0)
  }
}

/** Frames on their way, beyond which a link is full: as between worker threads. */
const LINK_CAPACITY = 65_536

/**
 * What carries everything between simulated threads. Each time the event loop turns, it takes the channels in an order that it
 * draws, and of each hands on a number that it draws, perhaps none.
 *
 * - **Ordering**: within a channel first in, first out; between channels none.
 */
export class MemoryNetwork {
  readonly #scheduler: Scheduler
  readonly #random: Random
  /** Frames on their way, beyond which a link is full. */
  readonly linkCapacity: number
  readonly #busy = new Set<MemoryChannel>()
  #pumping = false
  readonly #onChange = (channel: MemoryChannel): void => this.#changed(channel)

  constructor(scheduler: Scheduler, random: Random, linkCapacity: number = LINK_CAPACITY) {
    this.#scheduler = scheduler
    this.#random = random
    this.linkCapacity = linkCapacity
  }

  /** Nothing is on its way. */
  get quiet(): boolean {
    return this.#busy.size === 0
  }

  newChannel(): MemoryChannel {
    return new MemoryChannel(this.#onChange)
  }

  /** How much of what a dying thread has sent still arrives. */
  drawKept(channel: MemoryChannel): number {
    return randomIndex(this.#random, channel.travelling + 1)
  }

  #changed(channel: MemoryChannel): void {
    if (!channel.busy) return void this.#busy.delete(channel)
    this.#busy.add(channel)
    this.#pump()
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    this.#scheduler.macrotask(() => {
      this.#pumping = false
      this.#handOn([...this.#busy])
      if (!this.quiet) this.#pump()
    })
  }

  #handOn(channels: MemoryChannel[]): void {
    while (channels.length > 0) {
      const [channel] = channels.splice(randomIndex(this.#random, channels.length), 1)
      if (channel === undefined) return
      for (let n = randomIndex(this.#random, channel.travelling + 2); n > 0 && channel.busy; n--) channel.deliver()
    }
  }
}
