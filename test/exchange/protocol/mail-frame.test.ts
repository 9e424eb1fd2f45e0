import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../../src/base/ids.js'
import { DecodeError } from '../../../src/codec/errors.js'
import {
  type Destination,
  destinationBytes,
  MAIL,
  type MailFrame,
  MOST_DESTINATIONS,
  mailBytes,
  readMail,
  readMailHead,
  THREAD_ENDED,
  writeDestination,
  writeMail,
} from '../../../src/exchange/protocol/mail-frame.js'
import { ProcessIds } from '../../../src/exchange/protocol/process-ids.js'

const process = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const key = fc
  .tuple(fc.nat({ max: 300 }), fc.nat({ max: 3 }))
  .map(([slot, life]) => (life === 0 ? `${slot}` : `${slot}-${life}`) as ThreadKey)
const mail: fc.Arbitrary<MailFrame> = fc.record({
  kind: fc.constantFrom(MAIL, THREAD_ENDED),
  hops: fc.nat({ max: 30 }),
  more: fc.boolean(),
  origin: process,
  from: key,
  body: fc.uint8Array({ maxLength: 400 }),
})
const destination: fc.Arbitrary<Destination> = fc.record({ process, thread: key, head: fc.uint8Array({ maxLength: 255 }) })

function write(one: MailFrame, destinations: readonly Destination[], before = 0): Uint8Array {
  const ids = new ProcessIds()
  const bytes = new Uint8Array(destinations.reduce((size, to) => size + destinationBytes(to), before + mailBytes(one)))
  let at = writeMail(one, ids, bytes, before)
  for (const to of destinations) at = writeDestination(to, ids, bytes, at)
  expect(at).toBe(bytes.length)
  return bytes
}

describe('a frame of mail', () => {
  it('is read as it was written, wherever it lies', () => {
    const ids = new ProcessIds()
    const given = fc.tuple(mail, fc.array(destination, { minLength: 1, maxLength: 5 }), fc.nat({ max: 9 }))
    fc.assert(
      fc.property(given, ([one, destinations, start]) => {
        const bytes = write(one, destinations, start)
        expect(readMail(bytes, { start, end: bytes.length }, ids)).toEqual({ ...one, destinations })
        const { kind, hops, origin } = one
        const only = destinations.length === 1 ? destinations[0]?.process : undefined
        expect(readMailHead(bytes, { start, end: bytes.length }, ids)).toEqual({ kind, hops, origin, only })
      }),
    )
  })

  it('that is cut off, or garbled, is refused or read as another', () => {
    const ids = new ProcessIds()
    const given = fc.tuple(mail, fc.array(destination, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(given, ([one, destinations, at, byte]) => {
        const whole = write(one, destinations)
        const last = destinationBytes(destinations.at(-1) as Destination)
        const cut = whole.slice(0, whole.length - 1 - (at % last))
        const cleanEnd = cut.length === whole.length - last && destinations.length > 1
        if (!cleanEnd) expect(() => readMail(cut, { start: 0, end: cut.length }, ids)).toThrow(DecodeError)
        whole[at % whole.length] = byte
        for (const read of [readMail, readMailHead]) {
          try {
            read(whole, { start: 0, end: whole.length }, ids)
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('has a bound on its destinations', () => {
    const one: MailFrame = { kind: MAIL, hops: 0, more: false, origin: '0'.repeat(32), from: '0' as ThreadKey, body: new Uint8Array(0) }
    const to: Destination = { process: '1'.repeat(32), thread: '0' as ThreadKey, head: new Uint8Array(0) }
    const read = (count: number) => {
      const bytes = write(one, new Array<Destination>(count).fill(to))
      return readMail(bytes, { start: 0, end: bytes.length }, new ProcessIds()).destinations.length
    }
    expect(read(MOST_DESTINATIONS)).toBe(MOST_DESTINATIONS)
    expect(() => read(MOST_DESTINATIONS + 1)).toThrow('256 destinations')
  })
})
