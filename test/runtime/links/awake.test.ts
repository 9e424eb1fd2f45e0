import { expect, it } from 'vitest'
import { Awake, clearAwake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'

const SLOT = 1

function threads() {
  const memory = newAwakeMemory(3)
  return {
    memory,
    sender: new Awake(memory, { slot: 0, life: 0 }),
    parked: (life: number) => new Awake(memory, { slot: SLOT, life }).park(),
  }
}

it('of all that find a thread parked one rings', () => {
  const { memory, sender, parked } = threads()
  const another = new Awake(memory, { slot: 2, life: 0 })
  parked(0)
  expect([sender, another, sender].map((one) => one.mustRing({ slot: SLOT, life: 0 }))).toEqual([true, false, false])
})

it('who takes a thread for alive that has ended does not wake the next one in its slot, whom it could not ring', () => {
  const { memory, sender, parked } = threads()
  parked(0)
  clearAwake(memory, SLOT)
  parked(1)
  expect(sender.mustRing({ slot: SLOT, life: 0 })).toBe(false)
  expect(sender.mustRing({ slot: SLOT, life: 1 })).toBe(true)
})

it('counts those that run', () => {
  const { memory, sender, parked } = threads()
  sender.wake()
  parked(7)
  expect(sender.count).toBe(1)
  sender.mustRing({ slot: SLOT, life: 7 })
  expect(sender.count).toBe(2)
  clearAwake(memory, SLOT)
  expect(sender.count).toBe(1)
})
