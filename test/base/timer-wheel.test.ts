import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimerWheel, type WheelEntry } from '../../src/base/timer-wheel.js'

const FARTHEST = 64 ** 6 - 1

class Entry implements WheelEntry {
  wheelNext: WheelEntry | null = null
  wheelPrev: WheelEntry | null = null
  due = 0
  readonly #fire: () => void

  constructor(fire: () => void) {
    this.#fire = fire
  }

  onDue(): void {
    this.#fire()
  }
}

interface Expected {
  readonly name: number
  readonly due: number
}

/** What a wheel promises, in the plainest way. */
class Model {
  now: number
  waiting: Expected[] = []

  constructor(now: number) {
    this.now = now
  }

  add(name: number, dueMs: number): void {
    this.waiting.push({ name, due: Math.min(Math.max(Math.ceil(dueMs), this.now + 1), this.now + FARTHEST) })
  }

  remove(name: number): void {
    this.waiting = this.waiting.filter((one) => one.name !== name)
  }

  /** The names that fire, by due millisecond, then in the order they were added. */
  advance(to: number): number[] {
    const target = Math.floor(to)
    const due = this.waiting.filter((one) => one.due <= target)
    this.waiting = this.waiting.filter((one) => one.due > target)
    this.now = Math.max(this.now, target)
    return due.sort((one, other) => one.due - other.due).map(({ name }) => name)
  }

  get nextDue(): number {
    return Math.min(...this.waiting.map(({ due }) => due))
  }
}

interface Real {
  readonly wheel: TimerWheel
  readonly entries: Map<number, Entry>
  readonly fired: number[]
}

const delay = fc.oneof(
  fc.integer({ min: -5, max: 70 }),
  fc.integer({ min: 0, max: 5000 }),
  fc.double({ min: 0, max: 300, noNaN: true }),
  fc.integer({ min: 0, max: 20_000_000 }),
  fc.constantFrom(63, 64, 65, 4095, 4096, 4097, 262_143, 262_144, 2 ** 24, 2 ** 30, FARTHEST - 1, FARTHEST, FARTHEST + 1, 2 ** 40),
)

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), delay }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), by: delay }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance-to-next' as const) }) },
)

const start = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(0, 63, 4095, 2 ** 30 - 1, 2 ** 36 - 2))

describe('TimerWheel', () => {
  it('TimerWheel fires what a sorted list would, in the same order, and never says that the next is later than it is', () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 60 }), (now, steps) => {
        const model = new Model(now)
        const real: Real = { wheel: new TimerWheel(now), entries: new Map(), fired: [] }
        steps.forEach((one, name) => {
          if (one.kind === 'add') add(model, real, name, model.now + one.delay)
          else if (one.kind === 'remove') remove(model, real, one.which)
          else advance(model, real, one.kind === 'advance' ? model.now + Math.max(0, one.by) : real.wheel.nextDue())
          expect(real.wheel.size).toBe(model.waiting.length)
          expect(real.wheel.nextDue()).toBeLessThanOrEqual(model.nextDue)
          expect(real.wheel.nextDue()).toBeGreaterThan(model.now)
        })
        advance(model, real, model.now + FARTHEST)
        expect(real.wheel.nextDue()).toBe(Number.POSITIVE_INFINITY)
      }),
      { numRuns: 1000 },
    )
  })

  it('TimerWheel fires on the way entries that others add while they fire, and not those that others remove', () => {
    const wheel = new TimerWheel(0)
    const fired: string[] = []
    const later = new Entry(() => fired.push('later'))
    const sameTick = new Entry(() => fired.push('removed'))
    const first = new Entry(() => {
      fired.push('first')
      wheel.remove(sameTick)
      wheel.add(later, 5)
    })
    wheel.add(first, 10)
    wheel.add(sameTick, 10)
    wheel.advance(10)
    expect(fired).toEqual(['first'])
    wheel.advance(11)
    expect(fired).toEqual(['first', 'later'])
  })

  it('TimerWheel remove() leaves an entry alone that is not in it', () => {
    const wheel = new TimerWheel(0)
    const entry = new Entry(() => undefined)
    wheel.remove(entry)
    wheel.add(entry, 3)
    wheel.remove(entry)
    wheel.remove(entry)
    expect(wheel.size).toBe(0)
  })
})

function add(model: Model, real: Real, name: number, dueMs: number): void {
  const entry = new Entry(() => real.fired.push(name))
  real.entries.set(name, entry)
  model.add(name, dueMs)
  real.wheel.add(entry, dueMs)
  expect(entry.due).toBe(model.waiting.at(-1)?.due)
}

function remove(model: Model, real: Real, which: number): void {
  const names = [...real.entries.keys()]
  const name = names[which % Math.max(1, names.length)]
  if (name === undefined) return
  model.remove(name)
  real.wheel.remove(real.entries.get(name) as Entry)
}

function advance(model: Model, real: Real, to: number): void {
  if (to === Number.POSITIVE_INFINITY) return
  real.fired.length = 0
  real.wheel.advance(to)
  expect(real.fired).toEqual(model.advance(to))
}
