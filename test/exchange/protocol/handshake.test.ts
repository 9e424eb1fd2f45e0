import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/exchange/node-crypto.js'
import { Handshake, type HandshakeEffect, type HandshakeOptions } from '../../../src/exchange/protocol/handshake.js'
import { type Hello, readHello, writeHello } from '../../../src/exchange/protocol/hello.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'

const { text } = nodeWorld({ hold: () => undefined })
const idOf = (digit: number): string => digit.toString(16).repeat(32)

function optionsOf(digit: number, more: Partial<HandshakeOptions> = {}): HandshakeOptions {
  return {
    crypto: nodeCrypto,
    text,
    process: { id: idOf(digit), incarnation: 1_700_000_000_000 + digit },
    role: 'server',
    group: '',
    versions: { lowest: 1, highest: 1 },
    secrets: [],
    ...more,
  }
}

interface Party {
  readonly handshake: Handshake
  readonly outcome: HandshakeEffect[]
  readonly inbox: Uint8Array[]
}

interface MeetOptions {
  readonly decide?: (side: 'connector' | 'acceptor') => Parameters<Handshake['decide']>[0]
  readonly chunk?: number
}

/** Lets two sides talk until nothing is left to say; what they send arrives in pieces of `chunk` bytes. */
function meet(connects: HandshakeOptions, accepts: HandshakeOptions, { decide = () => undefined, chunk = 1000 }: MeetOptions = {}) {
  const make = (side: 'connector' | 'acceptor', options: HandshakeOptions): Party => ({
    handshake: new Handshake(side, options),
    outcome: [],
    inbox: [],
  })
  const [connector, acceptor] = [make('connector', connects), make('acceptor', accepts)]
  acceptor.inbox.push(connector.handshake.hello)
  connector.inbox.push(acceptor.handshake.hello)
  const act = (party: Party, other: Party, effects: readonly HandshakeEffect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'send') other.inbox.push(effect.bytes)
      else if (effect.kind === 'ask') act(party, other, party.handshake.decide(decide(party === connector ? 'connector' : 'acceptor')))
      else party.outcome.push(effect)
    }
  }
  const pairs = [
    [connector, acceptor],
    [acceptor, connector],
  ] as const
  while (connector.inbox.length + acceptor.inbox.length > 0) {
    for (const [party, other] of pairs) {
      const bytes = party.inbox.shift() ?? new Uint8Array(0)
      for (let at = 0; at < bytes.length; at += chunk) act(party, other, party.handshake.take(bytes.subarray(at, at + chunk)))
    }
  }
  return { connector: connector.outcome, acceptor: acceptor.outcome }
}

const done = (digit: number, isProven = false) => [
  expect.objectContaining({ kind: 'done', peer: expect.objectContaining({ process: optionsOf(digit).process, isProven }) }),
]
const refused = (reason: string, by: 'us' | 'them') => [{ kind: 'refused', reason, by }]

describe('Handshake', () => {
  it.each([1, 7, 64, 1000])('two processes of one group learn who the other is, in pieces of %i bytes', (chunk) => {
    expect(meet(optionsOf(1), optionsOf(2), { chunk })).toEqual({ connector: done(2), acceptor: done(1) })
  })

  it('who knows the secret is in, also while it is being replaced', () => {
    const [before, during, after] = [['old'], ['new', 'old'], ['new']]
    for (const [ours, theirs] of [
      [before, before],
      [before, during],
      [during, before],
      [during, during],
      [during, after],
      [after, during],
    ] as const) {
      const met = meet(optionsOf(1, { secrets: ours }), optionsOf(2, { secrets: theirs }))
      expect(met).toEqual({ connector: done(2, true), acceptor: done(1, true) })
    }
  })

  it.each([
    ['another secret', ['wrong']],
    ['no secret', []],
    ['a secret that is out of use', ['old', 'older']],
  ])('who brings %s is refused, and told so', (_, secrets) => {
    const met = meet(optionsOf(1, { secrets }), optionsOf(2, { secrets: ['right'] }))
    expect(met.acceptor).toEqual(refused('secret', 'us'))
    expect(met.connector).toEqual(refused('secret', secrets.length > 0 ? 'us' : 'them'))
  })

  it.each([
    ['group', { group: 'other' }],
    ['version', { versions: { lowest: 2, highest: 3 } }],
    ['self', { process: optionsOf(1).process }],
    ['identity', { process: { id: idOf(1), incarnation: 5 } }],
  ])('both are told when there is no talking for the %s', (reason, more) => {
    const { connector, acceptor } = meet(optionsOf(1), optionsOf(2, more))
    expect(connector).toEqual(refused(reason, 'us'))
    expect(acceptor).toEqual(refused(reason, 'us'))
  })

  it('the highest version that both speak is chosen', () => {
    const { acceptor } = meet(optionsOf(1, { versions: { lowest: 2, highest: 5 } }), optionsOf(2, { versions: { lowest: 1, highest: 4 } }))
    expect(acceptor).toEqual([expect.objectContaining({ kind: 'done', peer: expect.objectContaining({ version: 4 }) })])
  })

  it.each(['connector', 'acceptor'] as const)('a peer that the %s does not authorise hears it', (strict) => {
    const met = meet(optionsOf(1), optionsOf(2), { decide: (side) => (side === strict ? 'authorise' : undefined) })
    const lax = strict === 'connector' ? 'acceptor' : 'connector'
    expect([met[strict], met[lax]]).toEqual([refused('authorise', 'us'), refused('authorise', 'them')])
  })

  it('what has been proved to one process proves nothing to another, nor to its sender', () => {
    const secrets = ['right']
    const honest = new Handshake('acceptor', optionsOf(2, { secrets }))
    // A stranger sends back whatever it is sent, with an id of its own in the hello.
    const mirrored = { ...(readHello(honest.hello) as Hello), process: { id: idOf(9), incarnation: 1 } }
    const [answer] = honest.take(writeHello(mirrored))
    const effects = honest.take((answer as { readonly bytes: Uint8Array }).bytes)
    expect(effects.at(-1)).toEqual({ kind: 'refused', reason: 'secret', by: 'us' })
  })

  it('frames that follow the verdict at once are handed on', () => {
    const [a, b] = [new Handshake('connector', optionsOf(1)), new Handshake('acceptor', optionsOf(2))]
    const sent = (effects: readonly HandshakeEffect[]): Uint8Array =>
      Uint8Array.from(effects.flatMap((effect) => (effect.kind === 'send' ? [...effect.bytes] : [])))
    const [answerOfA, answerOfB] = [sent(a.take(b.hello)), sent(b.take(a.hello))]
    a.take(answerOfB)
    b.take(answerOfA)
    const verdictOfA = sent(a.decide(undefined))
    const verdictOfB = sent(b.decide(undefined))
    expect(a.take(Uint8Array.of(...verdictOfB, 1, 2, 3))).toEqual([expect.objectContaining({ kind: 'done', rest: Uint8Array.of(1, 2, 3) })])
    expect(b.take(verdictOfA)).toEqual(done(1))
    expect([a.isOver, b.isOver]).toEqual([true, true])
  })

  it('what takes too long is refused for it, once', () => {
    const handshake = new Handshake('acceptor', optionsOf(1))
    expect(handshake.expire().at(-1)).toEqual({ kind: 'refused', reason: 'timeout', by: 'us' })
    expect([handshake.expire(), handshake.take(handshake.hello)]).toEqual([[], []])
  })

  it('whatever strangers send ends as rubbish or as a refusal, and nothing is kept of it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const handshake = new Handshake('acceptor', optionsOf(1, { secrets: ['right'] }))
        const effects = chunks.flatMap((chunk) => handshake.take(chunk))
        const total = chunks.reduce((sum, { length }) => sum + length, 0)
        expect(effects.some(({ kind }) => kind === 'ask' || kind === 'done')).toBe(false)
        if (total >= 64) expect(handshake.isOver).toBe(true)
      }),
    )
  })

  it('a hello with bytes flipped on its way is refused or is that of somebody else, who cannot prove anything', () => {
    const secrets = ['right']
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const [a, b] = [new Handshake('connector', optionsOf(1, { secrets })), new Handshake('acceptor', optionsOf(2, { secrets }))]
        const flipped = a.hello.slice()
        flipped[at] = (flipped[at] as number) ^ mask
        const effects = [...b.take(flipped), ...a.take(b.hello)]
        const answer = effects.findLast((effect) => effect.kind === 'send') as { readonly bytes: Uint8Array }
        expect([...effects, ...b.take(answer.bytes)].some(({ kind }) => kind === 'ask')).toBe(false)
      }),
    )
  })
})

describe('writeHello()', () => {
  it('is the inverse of readHello()', () => {
    const hello = fc.record({
      versions: fc.record({ lowest: fc.nat({ max: 255 }), highest: fc.nat({ max: 255 }) }),
      role: fc.constantFrom('server' as const, 'client' as const),
      demandsSecret: fc.boolean(),
      groupHash: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      nonce: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      process: fc.record({
        id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
        incarnation: fc.nat({ max: 2 ** 31 - 1 }).map((n) => n * 131_071),
      }),
    })
    fc.assert(
      fc.property(hello, (one) => {
        expect(readHello(writeHello(one))).toEqual(one)
      }),
    )
  })
})
