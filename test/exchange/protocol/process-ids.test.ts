import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ProcessIds, processIdBytes, processIdOf } from '../../../src/exchange/protocol/process-ids.js'

it('ProcessIds: an id is the same after any others, read or written', () => {
  const ids = new ProcessIds()
  // Two first bytes, so that most fall together.
  const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.of((bytes[0] as number) % 2, ...bytes.subarray(1)))
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.boolean()), { maxLength: 20 }), (steps) => {
      for (const [bytes, isRead] of steps) {
        const text = Buffer.from(bytes).toString('hex')
        expect([processIdOf(bytes), processIdBytes(text)]).toEqual([text, bytes])
        if (isRead) expect(ids.read(bytes, 0)).toBe(text)
        else {
          const target = new Uint8Array(20)
          ids.write(text, target, 2)
          expect(target.subarray(2, 18)).toEqual(bytes)
        }
      }
    }),
  )
})
