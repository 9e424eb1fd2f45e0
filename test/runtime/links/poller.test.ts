import { describe, expect, it } from 'vitest'
import { Awake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'
import { type Polled, Poller } from '../../../src/runtime/links/ring/poller.js'

const SLOTS = 4
const OTHER = 1

/** Something that others have sent so much through. */
class Source implements Polled {
  records = 0
  looks = 0
  /** Cost of each turn in which it was read. */
  readonly taken: number[] = []
  onRead: () => void = () => undefined

  get hasMore(): boolean {
    this.looks++
    return this.records > 0
  }

  read(budget: number): number {
    const cost = Math.min(this.records, budget)
    this.records -= cost
    this.taken.push(cost)
    if (cost > 0) this.onRead()
    return cost
  }
}

/** A thread whose clock goes on by a microsecond at each look at it, and whose event loop turns by hand. */
function thread({ cores = 2, sources = 1 }: { cores?: number; sources?: number } = {}) {
  const memory = newAwakeMemory(SLOTS)
  const awake = new Awake(memory, { slot: 0, life: 0 })
  const turns: (() => void)[] = []
  const time = { nowMs: 1000, isBusy: false }
  const clock = { now: () => (time.nowMs += 0.001) }
  const poller = new Poller({ clock, scheduler: { macrotask: (run) => void turns.push(run) }, awake, cores, isBusy: () => time.isBusy })
  const made = Array.from({ length: sources }, () => new Source())
  for (const source of made) poller.add(source)
  /** One turn of the event loop: what was waiting for it, not what it makes. */
  const turn = (): void => {
    for (const run of turns.splice(0)) run()
  }
  /** Turns until nothing waits for the next one, and how many that took; each takes so long. */
  const rest = (turnMs = 0.01): number => {
    for (let n = 0; n < 10_000; n++) {
      if (turns.length === 0) return n
      time.nowMs += turnMs
      turn()
    }
    throw new Error('it never rests')
  }
  rest()
  const isParked = (): boolean => new Awake(memory, { slot: OTHER, life: 0 }).mustRing({ slot: 0, life: 0 })
  const others = (count: number): void => {
    for (let slot = OTHER; slot < SLOTS; slot++) {
      if (slot <= count) new Awake(memory, { slot, life: 0 }).wake()
      else new Awake(memory, { slot, life: 0 }).park()
    }
  }
  return { poller, sources: made, source: made[0] as Source, turns, turn, rest, time, isParked, others }
}

describe('Poller', () => {
  it('waits for one turn of the event loop at a time, whatever those whose records it reads send', () => {
    const { poller, source, turns, turn } = thread()
    source.onRead = () => poller.expect()
    source.records = 100_000
    poller.wake()
    for (let i = 0; i < 20; i++) {
      expect(turns.length).toBe(1)
      turn()
    }
  })

  it('reads nothing while it reads', () => {
    const { poller, source } = thread()
    let depth = 0
    source.onRead = () => {
      expect(depth++).toBe(0)
      poller.wake()
      depth--
    }
    source.records = 5000
    poller.wake()
    expect(source.taken.filter((cost) => cost > 0).length).toBe(1)
  })

  it('leaves the event loop its turn after a budget, however many send', () => {
    const { poller, sources, turn } = thread({ sources: 64 })
    for (const source of sources) source.records = 1_000_000
    const taken = (): number => sources.reduce((sum, one) => sum + one.taken.reduce((of, cost) => of + cost, 0), 0)
    poller.wake()
    const budget = taken()
    expect(budget).toBeLessThanOrEqual(1024)
    turn()
    expect(taken()).toBe(2 * budget)
  })

  it('reads all that send by turns, however much one of them sends', () => {
    const { poller, sources, turn } = thread({ sources: 3 })
    const [one, flood, last] = sources as [Source, Source, Source]
    for (const source of sources) source.records = 1_000_000
    poller.wake()
    one.records = last.records = 10
    for (let i = 0; i < 3; i++) turn()
    expect([one.records, last.records]).toEqual([0, 0])
    expect(flood.records).toBeGreaterThan(0)
  })

  it('goes on after one whose reading fails', () => {
    const { poller, sources, turn } = thread({ sources: 2 })
    const [failing, other] = sources as [Source, Source]
    failing.onRead = () => {
      throw new Error('a defect')
    }
    failing.records = other.records = 1
    expect(() => poller.wake()).toThrow('a defect')
    turn()
    expect([failing.records, other.records]).toEqual([0, 0])
  })

  it('looks once more after it has said that it must be rung for', () => {
    const { poller, source, rest, isParked } = thread({ cores: 1 })
    let looked = false
    Object.defineProperty(source, 'hasMore', {
      get: () => {
        // What is published between the reading and the parking: its sender saw a thread that is awake.
        if (!looked) source.records = 1
        looked = true
        return source.records > 0
      },
    })
    poller.wake()
    expect(isParked()).toBe(false)
    rest()
    expect(source.records).toBe(0)
    expect(isParked()).toBe(true)
  })

  it('looks for a while after a record, then parks', () => {
    const { poller, source, rest, time, isParked } = thread()
    source.records = 1
    const from = time.nowMs
    poller.wake()
    expect(rest()).toBeGreaterThan(5)
    expect(time.nowMs - from).toBeLessThan(0.5)
    expect(isParked()).toBe(true)
  })

  it.each([
    ['a thread with one core', { cores: 1, others: 0 }],
    ['two threads more that run than there are cores', { cores: 2, others: 3 }],
  ])('does not look for more with %s', (_, { cores, others }) => {
    const { poller, source, rest, isParked, ...made } = thread({ cores })
    made.others(others)
    source.records = 1
    poller.wake()
    // One turn for what the record has caused.
    expect(rest()).toBe(1)
    expect(isParked()).toBe(true)
  })

  it('looks for more with one thread more that runs than there are cores: it may be blocked', () => {
    const { poller, source, rest, ...made } = thread({ cores: 2 })
    made.others(2)
    source.records = 1
    poller.wake()
    expect(rest()).toBeGreaterThan(5)
  })

  it('does not look in a loop while its thread has something else to do', () => {
    const looksWhen = (isBusy: boolean): number => {
      const { poller, source, turn, time } = thread()
      time.isBusy = isBusy
      source.records = 1
      poller.wake()
      source.looks = 0
      turn()
      return source.looks
    }
    expect(looksWhen(true)).toBe(0)
    expect(looksWhen(false)).toBeGreaterThan(10)
  })

  it('looks the less often the more often nothing came, and as often as ever once something did', () => {
    const { poller, source, rest, turn } = thread()
    /** A record, and whether the poller looked for another one behind it. */
    const looksOn = (): boolean => {
      source.records = 1
      poller.wake()
      return rest() > 1
    }
    const looks = Array.from({ length: 600 }, looksOn)
    expect(looks.filter(Boolean).length).toBeLessThan(15)
    while (!looks.at(-1)) looks.push(looksOn())
    let found = false
    while (!found) {
      source.records = 1
      poller.wake()
      turn()
      // While it looks, another one comes.
      source.records = 1
      found = rest() > 1
    }
    expect([looksOn(), looksOn()]).toEqual([true, false])
  })
})
