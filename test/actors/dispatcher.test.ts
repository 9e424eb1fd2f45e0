import { describe, expect, it } from 'vitest'
import { Dispatcher, type DispatcherOptions, type Runnable } from '../../src/actors/kernel/dispatcher.js'
import type { World } from '../../src/base/world.js'

class Item implements Runnable {
  ready = false
  readonly name: string
  work: number

  constructor(name: string, work: number) {
    this.name = name
    this.work = work
  }
}

/** An event loop moved by hand: `run` empties one queue as Node would. */
class Loop {
  nowMs = 0
  readonly micro: (() => void)[] = []
  readonly macro: (() => void)[] = []
  readonly world: Pick<World, 'clock' | 'scheduler'> = {
    clock: { now: () => this.nowMs, wall: () => this.nowMs },
    scheduler: {
      timer: () => () => undefined,
      macrotask: (run) => void this.macro.push(run),
      microtask: (run) => void this.micro.push(run),
    },
  }

  microtasks(): void {
    for (let job = this.micro.shift(); job !== undefined; job = this.micro.shift()) job()
  }

  /** One trip round: what was queued for it, and the microtasks after each. */
  turn(): void {
    for (const job of this.macro.splice(0)) {
      job()
      this.microtasks()
    }
  }
}

interface Bench {
  readonly loop: Loop
  readonly dispatcher: Dispatcher<Item>
  readonly ran: string[]
  drains: number
  ticks: number
}

/** Each message costs `costMs`; an item with work left is scheduled again, as a cell does. */
function bench(costMs: number, options: Partial<DispatcherOptions<Item>> = {}): Bench {
  const loop = new Loop()
  const ran: string[] = []
  const made: Bench = { loop, ran, drains: 0, ticks: 0, dispatcher: undefined as unknown as Dispatcher<Item> }
  const dispatcher = new Dispatcher<Item>({
    world: loop.world,
    turn: (item, budget) => {
      const count = Math.min(budget, item.work)
      for (let i = 0; i < count; i++) ran.push(item.name)
      item.work -= count
      loop.nowMs += costMs * count
      if (item.work > 0) dispatcher.schedule(item)
      return count
    },
    afterDrain: () => made.drains++,
    onTick: () => made.ticks++,
    ...options,
  })
  return Object.assign(made, { dispatcher })
}

describe('Dispatcher', () => {
  it('Dispatcher runs what is scheduled in microtasks, oldest first, each once however often it is scheduled', () => {
    const { loop, dispatcher, ran } = bench(0)
    const [a, b] = [new Item('a', 1), new Item('b', 1)]
    for (const item of [a, b, a]) dispatcher.schedule(item)
    expect([ran, dispatcher.quiet]).toEqual([[], false])
    loop.microtasks()
    expect([ran, dispatcher.quiet, a.ready]).toEqual([['a', 'b'], true, false])
  })

  it('Dispatcher gives each turn a budget, so that one with much to do holds nobody up', () => {
    const { loop, dispatcher, ran } = bench(0)
    dispatcher.schedule(new Item('much', 200))
    dispatcher.schedule(new Item('little', 1))
    loop.microtasks()
    expect(ran.indexOf('little')).toBeLessThanOrEqual(64)
    expect(ran).toHaveLength(201)
  })

  it('Dispatcher waits for the event loop after a slice of about a millisecond', () => {
    const made = bench(0.01)
    made.dispatcher.schedule(new Item('endless', 10_000))
    for (let trip = 1; trip <= 20; trip++) {
      const before = made.ran.length
      if (trip === 1) made.loop.microtasks()
      else made.loop.turn()
      const slice = (made.ran.length - before) * 0.01
      expect(slice).toBeGreaterThanOrEqual(0.64)
      expect(slice).toBeLessThanOrEqual(2)
    }
    expect([made.drains, made.ticks]).toEqual([20, 19])
  })

  it('Dispatcher ends a slice within a stride of expensive messages', () => {
    const made = bench(0.5)
    for (let i = 0; i < 100; i++) made.dispatcher.schedule(new Item(`${i}`, 1))
    made.loop.microtasks()
    expect(made.ran.length).toBeLessThanOrEqual(4)
    for (let trip = 0; trip < 20; trip++) {
      const before = made.loop.nowMs
      made.loop.turn()
      expect(made.loop.nowMs - before).toBeLessThanOrEqual(16)
    }
  })

  it('Dispatcher counts messages where the clock stands still', () => {
    const made = bench(0, { sliceMessages: 10 })
    for (let i = 0; i < 30; i++) made.dispatcher.schedule(new Item(`${i}`, 1))
    made.loop.microtasks()
    expect(made.ran.length).toBeGreaterThanOrEqual(10)
    expect(made.ran.length).toBeLessThan(30)
    made.loop.turn()
    made.loop.turn()
    expect(made.ran).toHaveLength(30)
  })

  it('Dispatcher keeps to its slices over many short drains, so that a chain of promises starves nobody', () => {
    const made = bench(0.1)
    let drained = 0
    for (; drained < 1000 && made.ran.length === drained; drained++) {
      made.dispatcher.schedule(new Item('link', 1))
      made.loop.microtasks()
    }
    expect(drained).toBeLessThan(80)
    made.loop.turn()
    expect(made.ran).toHaveLength(drained)
    expect(made.ticks).toBe(1)
  })

  it('Dispatcher lets pick choose among those that wait', () => {
    const waiting: number[] = []
    const pick = (count: number): number => {
      waiting.push(count)
      return count - 1
    }
    const { loop, dispatcher, ran } = bench(0, { pick })
    for (const name of ['a', 'b', 'c']) dispatcher.schedule(new Item(name, 1))
    loop.microtasks()
    expect([...ran].sort()).toEqual(['a', 'b', 'c'])
    expect(ran[0]).toBe('c')
    expect(waiting.slice(0, 3)).toEqual([3, 2, 1])
  })

  it('Dispatcher runs what a turn has made right after it, the first made first, and so branch by branch', () => {
    const ran: string[] = []
    const { loop, dispatcher } = bench(0, {
      turn: ({ name }) => {
        ran.push(name)
        if (name.length < 3) for (const child of 'ab') dispatcher.scheduleYoung(new Item(name + child, 1))
        return 1
      },
    })
    dispatcher.schedule(new Item('a', 1))
    loop.microtasks()
    expect(ran).toEqual(['a', 'aa', 'aaa', 'aab', 'ab', 'aba', 'abb'])
    expect(dispatcher.quiet).toBe(true)
  })

  it('Dispatcher takes by turns what was made last and who has waited longest', () => {
    const ran: string[] = []
    let made = 0
    const { loop, dispatcher } = bench(0, {
      turn: ({ name }) => {
        ran.push(name)
        if (name === 'young' && ++made < 100) dispatcher.scheduleYoung(new Item('young', 1))
        return 1
      },
    })
    for (const name of ['young', 'a', 'b', 'c']) dispatcher.schedule(new Item(name, 1))
    loop.microtasks()
    expect(ran.slice(0, 7)).toEqual(['young', 'young', 'a', 'young', 'b', 'young', 'c'])
    expect(made).toBe(100)
  })

  it('Dispatcher schedules like any other what is made between two drains', () => {
    const { loop, dispatcher, ran } = bench(0)
    dispatcher.schedule(new Item('a', 1))
    dispatcher.scheduleYoung(new Item('b', 1))
    loop.microtasks()
    expect(ran).toEqual(['a', 'b'])
  })

  it('Dispatcher ticks once a trip, only when asked or when there was work', () => {
    const made = bench(0)
    made.dispatcher.requestTick()
    made.dispatcher.requestTick()
    made.loop.turn()
    made.loop.turn()
    expect(made.ticks).toBe(1)
    made.dispatcher.schedule(new Item('a', 1))
    made.loop.microtasks()
    made.loop.turn()
    expect([made.ticks, made.loop.macro.length]).toEqual([2, 0])
  })

  it('Dispatcher goes on after a turn that throws', () => {
    const { loop } = bench(0)
    const ran: string[] = []
    const dispatcher = new Dispatcher<Item>({
      world: loop.world,
      turn: (item) => {
        if (item.name === 'bad') throw new Error('a defect')
        ran.push(item.name)
        return 1
      },
      afterDrain: () => undefined,
      onTick: () => undefined,
    })
    for (const name of ['bad', 'good']) dispatcher.schedule(new Item(name, 1))
    expect(() => loop.microtasks()).toThrow('a defect')
    loop.microtasks()
    loop.turn()
    expect(ran).toEqual(['good'])
    dispatcher.schedule(new Item('later', 1))
    loop.microtasks()
    loop.turn()
    expect(ran).toEqual(['good', 'later'])
  })
})
