import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Overflow } from '../../src/actors/actor-options.js'
import { type Admission, decideAdmission, Mailbox } from '../../src/actors/kernel/mailbox.js'
import { Envelope, type EnvelopeKind, type Lane, NORMAL, Post } from '../../src/actors/kernel/message.js'

const nobody = { id: '0.1@p', name: '' }
const post = (method: string, kind: EnvelopeKind = 'tell', lane: Lane = NORMAL) =>
  new Post(kind, nobody, method, { lane, untrusted: false, properties: null })
const envelope = (method: string, kind: EnvelopeKind = 'call', lane: Lane = NORMAL) =>
  new Envelope(post(method, kind, lane), [method], null)

const lane = fc.constantFrom<Lane>(0, 1, 2)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), lane }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tell' as const), lane }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('shift' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), lane }) },
)

/** What a mailbox should hold, as names in the order they go. */
class Model {
  readonly #lanes: string[][] = [[], [], []]

  push(name: string, to: Lane): void {
    this.#lanes[to]?.push(name)
  }

  shift(): string | undefined {
    return this.#lanes.find((names) => names.length > 0)?.shift()
  }

  leave(name: string): boolean {
    const names = this.#lanes.find((one) => one.includes(name))
    if (names === undefined) return false
    names.splice(names.indexOf(name), 1)
    return true
  }

  dropOldest(to: Lane): string | undefined {
    return [2, 1, 0]
      .filter((one) => one >= to)
      .map((one) => this.#lanes[one] ?? [])
      .find((names) => names.length > 0)
      ?.shift()
  }

  get size(): number {
    return this.#lanes.flat().length
  }
}

describe('Mailbox', () => {
  it('Mailbox keeps the order of each priority, wherever messages are taken out between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const mailbox = new Mailbox()
        const model = new Model()
        const made: Envelope[] = []
        steps.forEach((one, i) => {
          const name = `m${i}`
          if (one.kind === 'push') {
            const whole = envelope(name, 'call', one.lane)
            made.push(whole)
            mailbox.push(whole)
            model.push(name, one.lane)
          } else if (one.kind === 'tell') {
            mailbox.pushTell(post(name, 'tell', one.lane), [name])
            model.push(name, one.lane)
          } else if (one.kind === 'shift') {
            expect(mailbox.shift()?.args[0]).toBe(model.shift())
          } else if (one.kind === 'drop') {
            expect(mailbox.takeOldest(one.lane)?.method).toBe(model.dropOldest(one.lane))
          } else if (made.length > 0) {
            const gone = made[one.which % made.length] as Envelope
            expect(gone.leave()).toBe(model.leave(gone.method))
          }
          expect(mailbox.size).toBe(model.size)
        })
        for (let name = model.shift(); name !== undefined; name = model.shift()) expect(mailbox.shift()?.method).toBe(name)
        expect(mailbox.shift()).toBeNull()
      }),
    )
  })

  it('Mailbox keeps what waits when a message is put in, and taken out again, as gaps are closed', () => {
    const mailbox = new Mailbox()
    for (let i = 0; i < 100; i++) {
      const withdrawn = envelope(`withdrawn ${i}`)
      mailbox.push(withdrawn)
      expect(withdrawn.leave()).toBe(true)
      mailbox.push(envelope(`kept ${i}`))
    }
    const left = Array.from({ length: 101 }, () => mailbox.shift()?.method)
    expect(left).toEqual([...Array.from({ length: 100 }, (_, i) => `kept ${i}`), undefined])
  })

  it('Mailbox gives its memory back as it becomes empty, and goes on', () => {
    const mailbox = new Mailbox()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5000; i++) mailbox.pushTell(post('n'), [i])
      for (let i = 0; i < 5000; i++) expect(mailbox.shift()?.args).toEqual([i])
    }
    expect([mailbox.size, mailbox.shift()]).toEqual([0, null])
  })

  it('Mailbox takeOldest() leaves what an actor owes itself, and what is more urgent', () => {
    const mailbox = new Mailbox()
    for (const one of [envelope('timer', 'own'), envelope('urgent', 'call', 0), envelope('first'), envelope('second')]) mailbox.push(one)
    expect(mailbox.takeOldest(2)).toBeNull()
    expect(mailbox.takeOldest(1)?.method).toBe('first')
    expect(mailbox.takeOldest(0)?.method).toBe('second')
    expect(mailbox.takeOldest(0)?.method).toBe('urgent')
    expect(mailbox.takeOldest(0)).toBeNull()
    expect(mailbox.size).toBe(1)
  })

  it('Mailbox eachArgs() renews the arguments of every message, whatever its form', () => {
    const mailbox = new Mailbox()
    mailbox.push(envelope('whole'))
    mailbox.pushTell(post('flat'), [1])
    mailbox.eachArgs((args) => [...args, 'new'])
    expect([mailbox.shift()?.args, mailbox.shift()?.args]).toEqual([
      ['whole', 'new'],
      [1, 'new'],
    ])
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
    expect(decideAdmission('own', options, 2, 2)).toBe('accept')
  })

  it.each(FULL)('decideAdmission() bounds what waits outside by the capacity under %s', (overflow, expected) => {
    for (const kind of kinds) {
      const beyond = expected[kind] === 'wait' ? 'refuse' : expected[kind]
      expect([kind, decideAdmission(kind, { capacity: 2, overflow }, 2, 2)]).toEqual([kind, beyond])
    }
  })
})
