import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Overflow } from '../../src/actors/actor-options.js'
import { type Admission, decideAdmission, Mailbox } from '../../src/actors/kernel/mailbox.js'
import { Envelope, type EnvelopeKind } from '../../src/actors/kernel/message.js'

const nobody = { id: '0.1@p', name: '' }
const envelope = (method: string, kind: EnvelopeKind = 'tell') => new Envelope(kind, nobody, method, [], null)

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('shift' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
)

describe('Mailbox', () => {
  it('Mailbox is first in, first out, wherever messages are taken out between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const mailbox = new Mailbox()
        const all: Envelope[] = []
        let model: Envelope[] = []
        for (const one of steps) {
          if (one.kind === 'push') {
            const made = envelope(`m${all.length}`)
            all.push(made)
            model.push(made)
            mailbox.push(made)
          } else if (one.kind === 'shift') {
            expect(mailbox.shift()).toBe(model.shift() ?? null)
          } else if (all.length > 0) {
            const gone = all[one.which % all.length] as Envelope
            mailbox.remove(gone)
            model = model.filter((other) => other !== gone)
          }
          expect(mailbox.size).toBe(model.length)
          expect(mailbox.first(() => true)).toBe(model[0] ?? null)
        }
        for (const expected of model) expect(mailbox.shift()).toBe(expected)
        expect(mailbox.shift()).toBeNull()
      }),
    )
  })

  it('Mailbox first() finds the oldest that fits', () => {
    const mailbox = new Mailbox()
    const [timer, call] = [envelope('t', 'timer'), envelope('c', 'call')]
    for (const one of [timer, call, envelope('d', 'call')]) mailbox.push(one)
    expect(mailbox.first(({ kind }) => kind !== 'timer')).toBe(call)
    expect(mailbox.first(({ kind }) => kind === 'offer')).toBeNull()
  })

  it('Mailbox leaves a message alone that waits in another', () => {
    const [here, there] = [new Mailbox(), new Mailbox()]
    const message = envelope('x')
    there.push(message)
    here.remove(message)
    expect([here.size, there.size]).toEqual([0, 1])
  })
})

describe('decideAdmission()', () => {
  const FULL: readonly (readonly [Overflow, Record<'call' | 'tell' | 'offer', Admission>])[] = [
    ['reject', { call: 'refuse', tell: 'drop', offer: 'wait' }],
    ['drop-newest', { call: 'refuse', tell: 'drop', offer: 'wait' }],
    ['drop-oldest', { call: 'accept-and-drop-oldest', tell: 'accept-and-drop-oldest', offer: 'accept-and-drop-oldest' }],
    ['wait', { call: 'wait', tell: 'drop', offer: 'wait' }],
  ]
  const kinds = ['call', 'tell', 'offer'] as const

  it.each(FULL)('decideAdmission() of a full mailbox follows its table under %s', (overflow, expected) => {
    const options = { capacity: 2, overflow }
    for (const kind of kinds) {
      expect([kind, decideAdmission(kind, options, 2, 0)]).toEqual([kind, expected[kind]])
      expect([kind, decideAdmission(kind, options, 2, 1)]).toEqual([kind, expected[kind]])
      expect(decideAdmission(kind, options, 1, 0)).toBe('accept')
    }
    expect(decideAdmission('timer', options, 2, 2)).toBe('accept')
  })

  it.each(FULL)('decideAdmission() bounds what waits outside by the capacity under %s', (overflow, expected) => {
    for (const kind of kinds) {
      const beyond = expected[kind] === 'wait' ? 'refuse' : expected[kind]
      expect([kind, decideAdmission(kind, { capacity: 2, overflow }, 2, 2)]).toEqual([kind, beyond])
    }
  })
})
