import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/base/random.js'
import type { LinkEnd } from '../../../src/exchange/links/link-listener.js'
import { LinkSession } from '../../../src/exchange/links/link-session.js'
import { nodeCrypto } from '../../../src/exchange/node-crypto.js'
import { PeerTable } from '../../../src/exchange/peers/peer-table.js'
import { MemoryNetwork } from '../../../src/exchange/transports/memory-network.js'
import type { Wire } from '../../../src/exchange/transports/transport.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'
import { LIMITS } from '../links/link-bench.js'
import { passTime, settleNow } from '../virtual-moments.js'

const { text } = nodeWorld({ hold: () => undefined })

/** A process that takes in links and makes them, and keeps one for each other. */
class Node {
  readonly table: PeerTable
  readonly ends: LinkEnd[] = []
  readonly incarnation: number
  readonly #time: VirtualTime
  readonly #network: MemoryNetwork
  readonly #name: string

  constructor(time: VirtualTime, network: MemoryNetwork, name: string, incarnation = 1) {
    this.#time = time
    this.#network = network
    this.#name = name
    this.table = new PeerTable(time)
    this.incarnation = incarnation
    if (incarnation === 1) void network.transport(name).listen({ kind: 'memory', name }, (wire) => this.#session(wire, 'acceptor'))
  }

  get id(): string {
    return this.#name.repeat(32)
  }

  connect(name: string): void {
    this.#network.transport(this.#name).connect(
      { kind: 'memory', name },
      {
        onWire: (wire) => this.#session(wire, 'connector'),
        onFailed: (error) => {
          throw error
        },
      },
    )
  }

  get peers(): readonly string[] {
    return this.table.active.map(({ peer }) => peer.process.id.slice(0, 1))
  }

  #session(wire: Wire, side: 'connector' | 'acceptor'): LinkSession {
    const openedMs = this.#time.now()
    const session: LinkSession = new LinkSession(
      wire,
      side,
      {
        world: { clock: this.#time, scheduler: this.#time, text },
        handshake: {
          crypto: nodeCrypto,
          text,
          process: { id: this.id, incarnation: this.incarnation },
          role: 'server',
          group: '',
          versions: { lowest: 1, highest: 1 },
          secrets: [],
        },
        limits: LIMITS,
        authorise: (peer) => this.table.admit({ session, peer, openedMs, opener: side === 'connector' ? this.id : peer.process.id }),
      },
      {
        onReady: () => this.table.activate(session),
        onFrame: () => undefined,
        onRoom: () => undefined,
        onEnd: (end) => {
          this.table.remove(session)
          this.ends.push(end)
        },
      },
    )
    return session
  }
}

function bench(seed = 1, delayMs: readonly [number, number] = [0, 0]) {
  const time = new VirtualTime(0)
  const network = new MemoryNetwork({ scheduler: time, random: seededRandom(seed), weather: { delayMs } })
  return { time, network, a: new Node(time, network, 'a'), b: new Node(time, network, 'b') }
}

const reasons = ({ ends }: Node): readonly string[] => ends.map(({ reason }) => reason)

describe('PeerTable', () => {
  it('two processes that connect to each other at the same time keep one link, whatever the delays', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { time, a, b } = bench(seed, [0, 20])
      const links = 2 + (seed % 3)
      for (let i = 0; i < links; i++) {
        if (i % 2 === 0) a.connect('b')
        else b.connect('a')
      }
      await passTime(time, 5000)
      expect([a.peers, b.peers], `seed ${seed}`).toEqual([['b'], ['a']])
      expect(a.ends.length, `seed ${seed}`).toBe(links - 1)
    }
  })

  it('a link that is there stays when another is opened, and who opened it is told', async () => {
    const { time, a, b } = bench()
    a.connect('b')
    await passTime(time, 1000)
    const [kept] = a.table.active
    b.connect('a')
    await settleNow()
    expect([a.peers, b.peers]).toEqual([['b'], ['a']])
    expect(a.table.active[0]).toBe(kept)
    expect([reasons(a), reasons(b)]).toEqual([['duplicate'], ['duplicate']])
  })

  it('a link over which nothing is heard any more gives its place to a new one', async () => {
    const { time, network, a, b } = bench()
    a.connect('b')
    await passTime(time, 1000)
    const [old] = a.table.active
    // The old one hangs; a new connection goes through.
    network.freeze('a', 'b')
    a.connect('b')
    await passTime(time, 499)
    expect(a.table.active[0]).toBe(old)
    await passTime(time, 2000)
    expect([a.peers, b.peers]).toEqual([['b'], ['a']])
    expect(a.table.active[0]).not.toBe(old)
  })

  it('a process that has been started again takes the place of its earlier start, of which nothing is heard', async () => {
    const { time, network, a, b } = bench()
    a.connect('b')
    await passTime(time, 1000)
    network.freeze('a', 'b')
    const next = new Node(time, network, 'a', 2)
    next.connect('b')
    await passTime(time, 2000)
    expect([b.table.active.map(({ peer }) => peer.process.incarnation), next.peers]).toEqual([[2], ['b']])
    a.connect('b')
    await settleNow()
    expect(b.table.active.map(({ peer }) => peer.process.incarnation)).toEqual([2])
    expect(reasons(a)).toContain('identity')
  })

  it.each([0, 2])(
    'of two that live and have one id the first stays; the other, of start %i, is refused, and both sides hear it',
    async (start) => {
      const { time, network, a: first, b } = bench()
      first.connect('b')
      await passTime(time, 1000)
      const second = new Node(time, network, 'a', start)
      second.connect('b')
      await settleNow()
      expect(b.table.active.map(({ peer }) => peer.process.incarnation)).toEqual([1])
      expect([reasons(first), reasons(second), reasons(b)]).toEqual([[], ['identity'], ['identity']])
    },
  )
})
