/**
 * Hierarchical timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987): insert and remove
 * in constant time. Six levels of 64 slots; a tick is a millisecond. An entry sits at the lowest level whose block it
 * shares with the present, so entries of one tick fire in the order they were added.
 *
 *   level 0: 1 ms a slot │ 1: 64 ms │ 2: 4.1 s │ 3: 4.4 min │ 4: 4.7 h │ 5: 12.4 days, about two years in all
 */

/** What the wheel holds; the links are the wheel's. */
export interface WheelEntry {
  wheelNext: WheelEntry | null
  wheelPrev: WheelEntry | null
  /** Millisecond at which it falls due. */
  due: number
  onDue(): void
}

const SLOTS = 64
const WIDTHS = [1, SLOTS, SLOTS ** 2, SLOTS ** 3, SLOTS ** 4, SLOTS ** 5, SLOTS ** 6] as const
const LEVELS = WIDTHS.length - 1
const FARTHEST = SLOTS ** LEVELS - 1

/** The head of a slot's circular list. */
class Slot implements WheelEntry {
  wheelNext: WheelEntry = this
  wheelPrev: WheelEntry = this
  due = 0
  onDue(): void {}
}

/**
 * Timers of one thread.
 *
 * - **Ordering**: entries fire by due millisecond, those of the same millisecond in the order they were added.
 * - **Cost**: add and remove are constant; `advance` costs what fires plus one step per occupied slot.
 */
export class TimerWheel {
  #current: number
  readonly #levels: (readonly Slot[])[] = []
  #size = 0

  constructor(nowMs: number) {
    this.#current = Math.floor(nowMs)
    for (let level = 0; level < LEVELS; level++) {
      this.#levels.push(Array.from({ length: SLOTS }, () => new Slot()))
    }
  }

  get size(): number {
    return this.#size
  }

  /** Adds an entry that falls due at `dueMs`, at the earliest at the next millisecond. */
  add(entry: WheelEntry, dueMs: number): void {
    const earliest = this.#current + 1
    entry.due = Math.min(Math.max(Math.ceil(dueMs), earliest), this.#current + FARTHEST)
    this.#insert(entry)
    this.#size++
  }

  /** Removes an entry; one that is not in the wheel is left alone. */
  remove(entry: WheelEntry): void {
    const { wheelNext, wheelPrev } = entry
    if (wheelNext === null || wheelPrev === null) return
    wheelPrev.wheelNext = wheelNext
    wheelNext.wheelPrev = wheelPrev
    entry.wheelNext = entry.wheelPrev = null
    this.#size--
  }

  /** The millisecond at which `advance` has something to do next; `Infinity` when empty. Never late, may be early. */
  nextDue(): number {
    if (this.#size === 0) return Number.POSITIVE_INFINITY
    for (let level = 0; level < LEVELS; level++) {
      const at = this.#nextOccupied(level)
      if (at !== undefined) return at
    }
    return this.#blockEnd(LEVELS)
  }

  /** Fires everything due up to `nowMs`. */
  advance(nowMs: number): void {
    const target = Math.floor(nowMs)
    for (let next = this.nextDue(); next <= target; next = this.nextDue()) {
      this.#current = next
      this.#cascade()
      this.#fire()
    }
    if (target > this.#current) this.#current = target
  }

  #insert(entry: WheelEntry): void {
    const level = this.#levelOf(entry.due)
    const slot = this.#slotAt(level, entry.due)
    const last = slot.wheelPrev
    entry.wheelPrev = last
    entry.wheelNext = slot
    last.wheelNext = entry
    slot.wheelPrev = entry
  }

  #levelOf(due: number): number {
    for (let level = 0; level < LEVELS - 1; level++) {
      const width = WIDTHS[level + 1] as number
      if (Math.floor(due / width) === Math.floor(this.#current / width)) return level
    }
    return LEVELS - 1
  }

  #slotAt(level: number, at: number): Slot {
    const index = Math.floor(at / (WIDTHS[level] as number)) % SLOTS
    return (this.#levels[level] as readonly Slot[])[index] as Slot
  }

  /** Start of the first occupied slot after the present one; the top level is circular. */
  #nextOccupied(level: number): number | undefined {
    const width = WIDTHS[level] as number
    const slots = this.#levels[level] as readonly Slot[]
    const present = Math.floor(this.#current / width)
    const index = present % SLOTS
    const end = level === LEVELS - 1 ? SLOTS : SLOTS - 1 - index
    for (let step = 1; step <= end; step++) {
      const slot = slots[(index + step) % SLOTS] as Slot
      if (slot.wheelNext !== slot) return (present + step) * width
    }
    return undefined
  }

  #blockEnd(level: number): number {
    const width = WIDTHS[level] as number
    return (Math.floor(this.#current / width) + 1) * width
  }

  /** Moves what sits in the slots that begin now to the levels below. */
  #cascade(): void {
    for (let level = LEVELS - 1; level > 0; level--) {
      if (this.#current % (WIDTHS[level] as number) !== 0) continue
      const slot = this.#slotAt(level, this.#current)
      for (let entry = takeFirst(slot); entry !== null; entry = takeFirst(slot)) this.#insert(entry)
    }
  }

  #fire(): void {
    const slot = this.#slotAt(0, this.#current)
    for (let entry = takeFirst(slot); entry !== null; entry = takeFirst(slot)) {
      this.#size--
      entry.onDue()
    }
  }
}

function takeFirst(slot: Slot): WheelEntry | null {
  const entry = slot.wheelNext
  if (entry === slot) return null
  const next = entry.wheelNext as WheelEntry
  slot.wheelNext = next
  next.wheelPrev = slot
  entry.wheelNext = entry.wheelPrev = null
  return entry
}
