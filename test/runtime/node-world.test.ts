import { expect, test, vi } from 'vitest'
import { actor } from '../../src/actors/define.js'
import { createSystem } from '../../src/runtime/create-system.js'

test('createSystem() goes on when its logger throws, and says so on the console', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const fail = (): never => {
    throw new Error('disk full')
  }
  try {
    await using system = await createSystem({ threads: 0, log: { debug: fail, info: fail, warn: fail, error: fail } })
    const loud = system.spawn(actor((self) => ({ say: () => self.log.warn('watch out'), ok: () => 1 })))
    await loud.say()
    expect(await loud.ok()).toBe(1)
  } finally {
    const lines = printed.mock.calls.map(([line]) => String(line))
    printed.mockRestore()
    expect(lines.some((line) => line.includes('the logger given to createSystem failed'))).toBe(true)
    expect(lines.some((line) => line.includes('watch out'))).toBe(true)
  }
})
