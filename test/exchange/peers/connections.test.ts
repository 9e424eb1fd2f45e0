import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/base/random.js'
import { nodeCrypto } from '../../../src/exchange/node-crypto.js'
import type { ConnectionEvent } from '../../../src/exchange/peers/connection-event.js'
import { type ActiveLink, Connections, type ConnectionsOptions } from '../../../src/exchange/peers/connections.js'
import type { HandshakeOptions } from '../../../src/exchange/protocol/handshake.js'
import { parseAddress } from '../../../src/exchange/transports/address.js'
import { MemoryNetwork } from '../../../src/exchange/transports/memory-network.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'
import { LIMITS, sendData } from '../links/link-bench.js'
import { passTime, settleNow } from '../virtual-moments.js'

const { text, log } = nodeWorld({ hold: () => undefined })
const time = (): VirtualTime => new VirtualTime(0)

class Node {
  readonly connections: Connections
  readonly events: ConnectionEvent[] = []
  readonly links = new Set<ActiveLink>()
  readonly frames: number[] = []
  readonly name: string

  constructor(
    bench: Bench,
    name: string,
    more: { readonly handshake?: Partial<HandshakeOptions>; readonly authorise?: ConnectionsOptions['authorise'] } = {},
  ) {
    this.name = name
    this.connections = new Connections(
      {
        world: { random: seededRandom(9), clock: bench.time, scheduler: bench.time, text, log },
        handshake: {
          crypto: nodeCrypto,
          text,
          process: { id: name.repeat(32), incarnation: 1 },
          role: 'server',
          group: '',
          versions: { lowest: 1, highest: 1 },
          secrets: [],
          ...more.handshake,
        },
        limits: LIMITS,
        transport: bench.network.transport(name),
        authorise: more.authorise ?? (() => true),
      },
      {
        onLink: (link) => {
          this.links.add(link)
          this.connections.announce(link)
        },
        onFrame: (link, bytes, start) => {
          if (!this.links.has(link)) throw new Error('a frame of no link')
          this.frames.push(bytes[start + 1] as number)
        },
        onRoom: () => undefined,
        onLost: (link) => void this.links.delete(link),
        onConnection: (event) => void this.events.push(event),
      },
    )
  }

  get states(): readonly string[] {
    return this.events.map(({ state, process, reason }) => [state, process.slice(0, 1), reason].filter(Boolean).join(' '))
  }

  get peers(): readonly string[] {
    return [...this.links].map(({ peer }) => peer.process.id.slice(0, 1))
  }

  listen() {
    return this.connections.listen(parseAddress(`memory:${this.name}`))
  }

  connect(name: string, retryDelayMs: number | false = 5000) {
    const retries = retryDelayMs === false ? false : { minMs: retryDelayMs, maxMs: retryDelayMs, factor: 2, jitter: 0 }
    return this.connections.connect(parseAddress(`memory:${name}`), retries)
  }
}

class Bench {
  readonly time = time()
  readonly network = new MemoryNetwork({ scheduler: this.time, random: seededRandom(11) })
}

describe('Connections', () => {
  it('says active of both sides, then carries frames', async () => {
    const bench = new Bench()
    const [a, b] = [new Node(bench, 'a'), new Node(bench, 'b')]
    await b.listen()
    a.connect('b')
    await settleNow()
    expect([a.states, b.states]).toEqual([['active b'], ['active a']])
    expect(a.events[0]).toMatchObject({ group: '', process: 'b'.repeat(32), remoteAddress: 'memory:b' })
    for (const { session } of a.links) sendData(session, Uint8Array.of(20, 7))
    await settleNow()
    expect(b.frames).toEqual([7])
  })

  it('tries until somebody listens, and again when the link is lost', async () => {
    const bench = new Bench()
    const [a, b] = [new Node(bench, 'a'), new Node(bench, 'b')]
    a.connect('b')
    await passTime(bench.time, 7000)
    await b.listen()
    await passTime(bench.time, 5000)
    bench.network.cut('b')
    await passTime(bench.time, 5000)
    expect(a.states).toEqual(['failed', 'failed', 'active b', 'inactive b lost', 'active b'])
  })

  it.each([
    ['group', { group: 'other' }],
    ['secret', { secrets: ['wrong'] }],
    ['version', { versions: { lowest: 9, highest: 9 } }],
  ])('says refused with the reason on both sides: %s', async (reason, handshake) => {
    const bench = new Bench()
    const [a, b] = [
      new Node(bench, 'a', { handshake: { secrets: ['right'], ...handshake } }),
      new Node(bench, 'b', { handshake: { secrets: ['right'] } }),
    ]
    await b.listen()
    a.connect('b', false)
    await settleNow()
    for (const { states } of [a, b]) expect(states).toEqual([expect.stringContaining(`refused`)])
    for (const { events } of [a, b]) expect(events[0]?.reason).toBe(reason)
    expect(bench.time.size).toBe(0)
  })

  it('a peer that authorise() refuses hears it, and who does not answer in time refuses', async () => {
    const bench = new Bench()
    const seen: unknown[] = []
    const b = new Node(bench, 'b', {
      authorise: (peer) => {
        seen.push(peer)
        return peer.process.startsWith('a') ? false : new Promise<boolean>(() => undefined)
      },
    })
    const [a, c] = [new Node(bench, 'a'), new Node(bench, 'c')]
    await b.listen()
    a.connect('b', false)
    c.connect('b', false)
    await passTime(bench.time, 3000)
    expect(seen).toHaveLength(2)
    expect(a.states).toEqual(['refused b authorise'])
    expect(c.states).toEqual(['failed b timeout'])
    expect([b.peers, bench.time.size]).toEqual([[], 0])
  })

  it('to connect to oneself is refused, and not tried again', async () => {
    const bench = new Bench()
    const a = new Node(bench, 'a')
    await a.listen()
    a.connect('a')
    await passTime(bench.time, 20_000)
    expect(a.states).toEqual(['refused self', 'refused self'])
    expect(bench.time.size).toBe(0)
  })

  it('two that dial each other keep one link; the other is dialed again only when that is lost', async () => {
    const bench = new Bench()
    const [a, b] = [new Node(bench, 'a'), new Node(bench, 'b')]
    await a.listen()
    await b.listen()
    a.connect('b')
    b.connect('a')
    await passTime(bench.time, 60_000)
    expect([a.peers, b.peers]).toEqual([['b'], ['a']])
    expect(a.states.filter((state) => state.startsWith('active'))).toHaveLength(1)
    expect(a.events.length).toBe(2)
    bench.network.cut('a', 'b')
    expect([a.peers, b.peers]).toEqual([[], []])
    await passTime(bench.time, 60_000)
    expect([a.peers, b.peers]).toEqual([['b'], ['a']])
  })

  it('close() ends all links, tells both sides, and leaves nothing', async () => {
    const bench = new Bench()
    const [a, b, c] = [new Node(bench, 'a'), new Node(bench, 'b'), new Node(bench, 'c')]
    await b.listen()
    a.connect('b')
    b.connect('nobody')
    c.connect('b', false)
    await settleNow()
    await b.connections.close()
    await settleNow()
    expect([a.states.at(-1), c.states.at(-1)]).toEqual(['inactive b closed', 'inactive b closed'])
    expect([b.peers, b.connections.active]).toEqual([[], []])
    await a.connections.close()
    expect(bench.time.size).toBe(0)
    await expect(b.listen()).rejects.toThrow('closed')
  })

  it('strangers beyond a bound are hung up on; those who are there do not notice', async () => {
    const bench = new Bench()
    const [a, b] = [new Node(bench, 'a'), new Node(bench, 'b')]
    await b.listen()
    a.connect('b')
    await settleNow()
    let closed = 0
    for (let i = 0; i < 200; i++) {
      bench.network.transport('x').connect(parseAddress('memory:b'), {
        onWire: () => ({ onBytes: () => undefined, onDrained: () => undefined, onClosed: () => void closed++ }),
        onFailed: () => undefined,
      })
    }
    await settleNow()
    expect(closed).toBe(72)
    await passTime(bench.time, 4000)
    expect([closed, a.peers, b.peers]).toEqual([200, ['b'], ['a']])
  })
})
