import { slotOf, type ThreadKey } from '../../base/ids.js'
import { newWayMemory, WayCount, type WayMemory } from '../links/way-count.js'

/** What went from one thread to another, over all their lives. */
export interface WayTotals {
  readonly from: number
  readonly to: number
  readonly sent: number
  readonly taken: number
  readonly lost: number
}

interface Way {
  readonly from: ThreadKey
  readonly to: ThreadKey
  readonly count: WayCount
}

/** The links between the threads of a system that live, and the sums of those that are over. Kept by thread 0. */
export class LinkLedger {
  #ways: readonly Way[] = []
  readonly #alive = new Set<ThreadKey>()
  readonly #over = new Map<string, WayTotals>()
  /** By slot: what lives that are over took in from others, less what they sent them. */
  readonly #flow = new Map<number, number>()
  /** The same of threads that live, of their links that are over. */
  readonly #past = new Map<ThreadKey, number>()

  /** Memory for what goes from a thread to another. */
  open(from: ThreadKey, to: ThreadKey): WayMemory {
    const memory = newWayMemory()
    this.#close()
    this.#alive.add(from).add(to)
    this.#ways = [...this.#ways, { from, to, count: new WayCount(memory) }]
    return memory
  }

  /** A thread has ended. Returns what came into its slot over links, less what left it, since the system began. */
  ended(thread: ThreadKey): number {
    this.#alive.delete(thread)
    const slot = slotOf(thread)
    let flow = (this.#flow.get(slot) ?? 0) + (this.#past.get(thread) ?? 0)
    this.#past.delete(thread)
    for (const { from, to, count } of this.#ways) {
      if (to === thread) flow += count.taken
      if (from === thread) flow -= count.sent
    }
    this.#flow.set(slot, flow)
    this.#close()
    return flow
  }

  /** Links that are not over. */
  get size(): number {
    return this.#ways.length
  }

  get totals(): readonly WayTotals[] {
    const totals = new Map(this.#over)
    for (const way of this.#ways) add(totals, way)
    return [...totals.values()]
  }

  /** Keeps no more than the sums of links that are over. Where both threads have ended nobody else is left to settle what was on its way. */
  #close(): void {
    const isOver = ({ from, to, count }: Way): boolean => {
      const left = (this.#alive.has(from) ? 1 : 0) + (this.#alive.has(to) ? 1 : 0)
      return left === 0 || (left === 1 && count.isSettled)
    }
    const over = this.#ways.filter(isOver)
    if (over.length === 0) return
    this.#ways = this.#ways.filter((way) => !over.includes(way))
    for (const way of over) this.#sum(way)
  }

  #sum(way: Way): void {
    const { from, to, count } = way
    // Again: the one that has ended may have counted until then.
    count.settle()
    add(this.#over, way)
    if (this.#alive.has(to)) this.#past.set(to, (this.#past.get(to) ?? 0) + count.taken)
    if (this.#alive.has(from)) this.#past.set(from, (this.#past.get(from) ?? 0) - count.sent)
  }
}

function add(totals: Map<string, WayTotals>, { from, to, count }: Way): void {
  const ends = { from: slotOf(from), to: slotOf(to) }
  const key = `${ends.from}-${ends.to}`
  const before = totals.get(key) ?? { sent: 0, taken: 0, lost: 0 }
  // In this order: what is read of threads that run never has more taken than sent.
  const [lost, taken, sent] = [count.lost, count.taken, count.sent]
  totals.set(key, { ...ends, sent: before.sent + sent, taken: before.taken + taken, lost: before.lost + lost })
}
