/**
 * What a thread in a process of its own has counted. It shares no memory with the others: it tells, with what it sends and when it
 * falls quiet, and thread 0 writes it where the others read.
 *
 * - **Ordering**: a tally comes before what is sent after it was taken. So of what has arrived anywhere everything is known that
 *   was counted until it left: nobody has taken in more than was sent, and who has its answer finds its request delivered.
 * - **Delivery**: what such a thread took in after its last tally, and did not answer, counts as lost when it ends.
 */
import { WayCount, type WayMemory } from '../links/way-count.js'

export interface Tally {
  /** Its counters, as counters.ts has them. */
  readonly counters: Float64Array
  /** Four numbers for each pair whose counts have changed: the channel of its frames, requests sent, requests taken in, 1 when it is over. */
  readonly ways: readonly number[]
  /** How the thread is, when it has measured that anew. */
  readonly health?: Float64Array
}

const NUMBERS_OF_WAY = 4
const NO_HEALTH = new Float64Array()

/** Both ways of a pair, as seen from one of the two. */
export interface PairMemory {
  readonly outgoing: WayMemory
  readonly incoming: WayMemory
}

interface Told {
  readonly outgoing: WayCount
  readonly incoming: WayCount
  sent: number
  taken: number
  isOver: boolean
}

/** Keeps what a process counts, and knows what of it has been told. */
export class TallySource {
  readonly #counters: Float64Array
  readonly #told: Float64Array
  readonly #health: Float64Array
  readonly #toldHealth: Float64Array
  readonly #ways = new Map<number, Told>()

  constructor(counters: ArrayBufferLike, health: Float64Array = NO_HEALTH) {
    this.#counters = new Float64Array(counters)
    this.#told = this.#counters.slice()
    this.#health = health
    this.#toldHealth = health.slice()
  }

  open(channel: number, { outgoing, incoming }: PairMemory): void {
    this.#ways.set(channel, { outgoing: new WayCount(outgoing), incoming: new WayCount(incoming), sent: 0, taken: 0, isOver: false })
  }

  /** The other of a pair has ended, and what it had sent has been taken in. */
  over(channel: number): void {
    const way = this.#ways.get(channel)
    if (way !== undefined) way.isOver = true
  }

  /** What has not been told yet; `undefined` when that is nothing. */
  take(): Tally | undefined {
    const ways: number[] = []
    for (const [channel, way] of this.#ways) this.#takeWay(channel, way, ways)
    const isSame = this.#health.every((figure, i) => figure === this.#toldHealth[i])
    if (isSame && ways.length === 0 && this.#counters.every((count, i) => count === this.#told[i])) return undefined
    this.#told.set(this.#counters)
    this.#toldHealth.set(this.#health)
    return isSame ? { counters: this.#told, ways } : { counters: this.#told, ways, health: this.#toldHealth }
  }

  #takeWay(channel: number, way: Told, ways: number[]): void {
    const { sent } = way.outgoing
    const { taken } = way.incoming
    if (sent === way.sent && taken === way.taken && !way.isOver) return
    way.sent = sent
    way.taken = taken
    ways.push(channel, sent, taken, way.isOver ? 1 : 0)
    if (way.isOver) this.#ways.delete(channel)
  }
}

/** Writes what a process tells where the other threads read it. */
export class TallyBook {
  readonly #counters: Float64Array
  readonly #health: Float64Array
  readonly #ways = new Map<number, { readonly outgoing: WayCount; readonly incoming: WayCount }>()

  constructor(counters: ArrayBufferLike, health: Float64Array = NO_HEALTH) {
    this.#counters = new Float64Array(counters)
    this.#health = health
  }

  /** The counts of its thread so far, over all its lives. */
  get counters(): Float64Array {
    return this.#counters.slice()
  }

  open(channel: number, { outgoing, incoming }: PairMemory): void {
    this.#ways.set(channel, { outgoing: new WayCount(outgoing), incoming: new WayCount(incoming) })
  }

  write({ counters, ways, health }: Tally): void {
    this.#counters.set(counters)
    if (health !== undefined) this.#health.set(health)
    for (let i = 0; i < ways.length; i += NUMBERS_OF_WAY) this.#writeWay(ways.slice(i, i + NUMBERS_OF_WAY))
  }

  /** Of a pair whose other thread has ended nobody else is left to settle what was on its way. */
  #writeWay([channel = 0, sent = 0, taken = 0, isOver = 0]: readonly number[]): void {
    const way = this.#ways.get(channel)
    if (way === undefined) return
    way.outgoing.reportSent(sent)
    way.incoming.reportTaken(taken)
    if (isOver === 0) return
    way.outgoing.settle()
    way.incoming.settle()
    this.#ways.delete(channel)
  }
}
