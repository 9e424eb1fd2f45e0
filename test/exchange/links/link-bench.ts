import { seededRandom } from '../../../src/base/random.js'
import type { LinkEnd, LinkListener } from '../../../src/exchange/links/link-listener.js'
import { type LinkLimits, LinkSession, type LinkSessionOptions } from '../../../src/exchange/links/link-session.js'
import { nodeCrypto } from '../../../src/exchange/node-crypto.js'
import type { HandshakeOptions, PeerHello } from '../../../src/exchange/protocol/handshake.js'
import { parseAddress } from '../../../src/exchange/transports/address.js'
import { MemoryNetwork } from '../../../src/exchange/transports/memory-network.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'
import { passTime, settleNow } from '../virtual-moments.js'

const { text } = nodeWorld({ hold: () => undefined })

export const LIMITS: LinkLimits = {
  handshakeMs: 2000,
  leaseMs: 6000,
  beatMs: 1500,
  maxFrameBytes: 1000,
  maxQueueBytes: 10_000,
  maxBacklogBytes: 4000,
  maxControlBytes: 20_000,
}

/** Appends a data frame; false when there is no room. */
export function sendData(session: LinkSession, frame: Uint8Array): boolean {
  const at = session.reserve(frame.length)
  if (at >= 0) session.data.target.set(frame, at)
  return at >= 0
}

/** One side of a link, with what it heard. */
export class LinkEndpoint implements LinkListener {
  session!: LinkSession
  peer: PeerHello | null = null
  readonly frames: number[][] = []
  rooms = 0
  end: LinkEnd | null = null

  onReady(peer: PeerHello): void {
    if (this.peer !== null || this.end !== null) throw new Error('ready twice, or after the end')
    this.peer = peer
  }

  onFrame(bytes: Uint8Array, start: number, end: number): void {
    if (this.peer === null || this.end !== null) throw new Error('a frame before the beginning or after the end')
    this.frames.push([...bytes.subarray(start, end)])
  }

  onRoom(): void {
    this.rooms++
  }

  onEnd(end: LinkEnd): void {
    if (this.end !== null) throw new Error('ended twice')
    this.end = end
  }
}

export interface SideOptions {
  readonly handshake?: Partial<HandshakeOptions>
  readonly limits?: Partial<LinkLimits>
  readonly authorise?: LinkSessionOptions['authorise']
}

/** Two sides of a link over a network in memory, under virtual time. */
export class LinkBench {
  readonly time = new VirtualTime(0)
  readonly network = new MemoryNetwork({ scheduler: this.time, random: seededRandom(5) })
  readonly a = new LinkEndpoint()
  readonly b = new LinkEndpoint()

  async connect(a: SideOptions = {}, b: SideOptions = {}): Promise<this> {
    const join =
      (endpoint: LinkEndpoint, digit: number, side: 'connector' | 'acceptor', options: SideOptions) => (wire: LinkSession['wire']) => {
        endpoint.session = new LinkSession(wire, side, this.#options(digit, options), endpoint)
        return endpoint.session
      }
    await this.network.transport('b').listen(parseAddress('memory:b'), join(this.b, 2, 'acceptor', b))
    this.network.transport('a').connect(parseAddress('memory:b'), {
      onWire: join(this.a, 1, 'connector', a),
      onFailed: (error) => {
        throw error
      },
    })
    await this.settle()
    return this
  }

  settle(): Promise<void> {
    return settleNow()
  }

  pass(ms: number): Promise<void> {
    return passTime(this.time, ms)
  }

  #options(digit: number, { handshake, limits, authorise = () => undefined }: SideOptions): LinkSessionOptions {
    return {
      world: { clock: this.time, scheduler: this.time, text },
      handshake: {
        crypto: nodeCrypto,
        text,
        process: { id: String(digit).repeat(32), incarnation: digit },
        role: 'server',
        group: '',
        versions: { lowest: 1, highest: 1 },
        secrets: [],
        ...handshake,
      },
      limits: { ...LIMITS, ...limits },
      authorise,
    }
  }
}
