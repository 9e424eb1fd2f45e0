import { Deque } from '../../base/deque.js'
import type { World } from '../../base/world.js'

/** Something that takes turns. */
export interface Runnable {
  /** In the ready queue. */
  ready: boolean
}

export interface DispatcherOptions<T extends Runnable> {
  readonly world: Pick<World, 'clock' | 'scheduler'>
  /** Runs up to `budget` messages of one and returns how many it ran. */
  readonly turn: (item: T, budget: number) => number
  /** After each drain: what was sent in it leaves. */
  readonly afterDrain: () => void
  /** The event loop has been asked for a trip: once for each, before its work begins. */
  readonly onAsk?: (nowMs: number) => void
  /** Once per trip round the event loop in which there was work. */
  readonly onTick: (nowMs: number) => void
  /** Which of `waiting` ready ones comes next; the oldest when absent. */
  readonly pick?: ((waiting: number) => number) | undefined
  /** Ends a slice after so many messages, for a clock that stands still. */
  readonly sliceMessages?: number | undefined
}

const SLICE_MS = 1
const TURN_BUDGET = 64
const LONGEST_STRIDE = 32

/**
 * The ready queue of a thread. Work runs in microtasks until about a millisecond has passed since the event loop last
 * turned; then it waits for the loop, so that timers and sockets are never starved.
 *
 * - **Ordering**: the oldest first, by turns with what has been made last: a tree of actors is made branch by branch, and what ends early
 *   does not pile up.
 * - **Cost**: one macrotask per slice, no clock reading per message: the stride between readings adapts to what turns take.
 */
export class Dispatcher<T extends Runnable> {
  readonly #queue = new Deque<T>()
  /** Those that have yet to have their first turn, the next one last. */
  readonly #young: T[] = []
  /** Where those of the running turn begin. */
  #brood = 0
  #isTurnOfYoung = true
  readonly #options: DispatcherOptions<T>
  #state: 'idle' | 'armed' | 'draining' | 'yielding' = 'idle'
  #tickRequested = false
  #sliceStart = 0
  #untilCheck = 1
  #messages = 0
  #stride = 1
  readonly #drain = (): void => this.#run()
  readonly #tick = (): void => this.#turned()

  constructor(options: DispatcherOptions<T>) {
    this.#options = options
  }

  /** Nothing waits for a turn. */
  get quiet(): boolean {
    return this.#waiting === 0 && this.#state !== 'draining'
  }

  schedule(item: T): void {
    if (item.ready) return
    item.ready = true
    this.#queue.push(item)
    this.wake()
  }

  /** As `schedule`, for what has just been made. */
  scheduleYoung(item: T): void {
    if (this.#state !== 'draining' || this.#options.pick !== undefined) return this.schedule(item)
    item.ready = true
    this.#young.push(item)
  }

  /** Sees to it that `afterDrain` runs soon. */
  wake(): void {
    if (this.#state !== 'idle') return
    this.#state = 'armed'
    this.#options.world.scheduler.microtask(this.#drain)
  }

  /** Asks for a tick, which also begins a new slice. */
  requestTick(): void {
    if (this.#tickRequested) return
    this.#tickRequested = true
    this.#sliceStart = this.#options.world.clock.now()
    this.#messages = 0
    this.#options.onAsk?.(this.#sliceStart)
    this.#options.world.scheduler.macrotask(this.#tick)
  }

  #turned(): void {
    this.#tickRequested = false
    try {
      this.#options.onTick(this.#options.world.clock.now())
    } finally {
      if (this.#state === 'yielding') this.#run()
    }
  }

  /** A turn that throws is a defect of ours: it ends its slice, the others go on. */
  #run(): void {
    this.requestTick()
    this.#state = 'draining'
    let spent = true
    try {
      spent = this.#turns()
    } finally {
      this.#leave(spent)
    }
  }

  #leave(spent: boolean): void {
    try {
      this.#options.afterDrain()
    } finally {
      this.#rest(spent)
    }
  }

  /** Even with an empty queue a spent slice waits for the loop: a chain of promises refills the queue one by one. */
  #rest(spent: boolean): void {
    this.#state = spent ? 'yielding' : 'idle'
    if (this.#waiting > 0) this.wake()
  }

  /** Runs turns until the queue is empty or the slice is spent; tells which. */
  #turns(): boolean {
    const { turn, pick } = this.#options
    for (;;) {
      const item = pick === undefined ? this.#next() : this.#queue.takeAt(pick(this.#queue.length))
      if (item === undefined) return false
      item.ready = false
      const ran = turn(item, Math.min(TURN_BUDGET, Math.max(1, this.#untilCheck)))
      if (this.#young.length > this.#brood + 1) this.#firstBornFirst()
      this.#messages += ran
      this.#untilCheck -= ran
      if (this.#untilCheck <= 0 && this.#sliceSpent()) return true
    }
  }

  get #waiting(): number {
    return this.#queue.length + this.#young.length
  }

  #next(): T | undefined {
    const young = this.#young
    const isYoung = young.length > 0 && (this.#isTurnOfYoung || this.#queue.length === 0)
    this.#isTurnOfYoung = !isYoung
    const item = isYoung ? young.pop() : this.#queue.shift()
    this.#brood = young.length
    return item
  }

  #firstBornFirst(): void {
    const young = this.#young
    for (let i = this.#brood, j = young.length - 1; i < j; i++, j--) {
      const one = young[i] as T
      young[i] = young[j] as T
      young[j] = one
    }
  }

  #sliceSpent(): boolean {
    const elapsed = this.#options.world.clock.now() - this.#sliceStart
    const spent = elapsed >= SLICE_MS || this.#messages >= (this.#options.sliceMessages ?? Number.POSITIVE_INFINITY)
    this.#stride = spent ? Math.max(1, this.#stride >> 1) : Math.min(LONGEST_STRIDE, this.#stride << 1)
    this.#untilCheck = this.#stride
    return spent
  }
}
