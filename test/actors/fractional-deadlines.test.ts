import { expect, test } from 'vitest'
import { Call } from '../../src/actors/kernel/call.js'
import { Deadlines } from '../../src/actors/kernel/deadlines.js'

/** A clock moved by hand, with fractions as real ones have; the host timer is left out, time is told by `tick`. */
function handMoved(start: number): { now: number; deadlines: Deadlines } {
  const clock = { now: start }
  const deadlines = new Deadlines({
    clock: { now: () => clock.now, wall: () => clock.now },
    scheduler: { timer: () => () => undefined, macrotask: () => undefined, microtask: () => undefined },
  })
  return Object.assign(clock, { deadlines })
}

test('Deadlines fires every deadline once and in time, whatever the fraction of its millisecond', () => {
  const world = handMoved(1000.25)
  const expired: Call[] = []
  const owner = { expired: (call: Call) => void expired.push(call) }
  const calls = Array.from({ length: 2000 }, (_, i) => new Call(owner, { id: `${i}`, name: 'x' }, 'm', 1 + i * 0.37))
  for (const call of calls) world.deadlines.armSoon(call)
  world.deadlines.tick(world.now)
  const dues = calls.map((call) => world.now + call.timeoutMs)
  for (let step = 0; step < 400; step++) {
    world.now += 2.13
    world.deadlines.tick(world.now)
    const late = dues.filter((due) => due <= world.now - 1).length
    expect(expired.length).toBeGreaterThanOrEqual(late)
    expect(expired.length).toBeLessThanOrEqual(dues.filter((due) => due <= world.now).length)
  }
  expect(new Set(expired).size).toBe(2000)
  expect(expired.length).toBe(2000)
})
