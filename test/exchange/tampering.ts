import { FrameSplitter } from '../../src/exchange/protocol/frame-splitter.js'
import type { Transport, Wire, WireListener } from '../../src/exchange/transports/transport.js'

/** What becomes of one frame on its way; frames are counted over all connections of a transport, in both directions. */
export interface Fault {
  readonly at: number
  readonly kind: 'flip' | 'drop' | 'repeat' | 'swap' | 'cut' | 'noise'
  /** Where in the frame, or what. */
  readonly with: number
}

/** Records of the handshake, which are no frames. */
const HANDSHAKE_BYTES = 64 + 68 + 4

/** One direction of a connection, on which frames may be tampered with. */
class Way {
  readonly #faultOf: () => Fault | undefined
  readonly #out: (bytes: Uint8Array) => void
  readonly #splitter: FrameSplitter
  #handshakeLeft = HANDSHAKE_BYTES
  #held: Uint8Array | null = null

  constructor(faultOf: () => Fault | undefined, out: (bytes: Uint8Array) => void) {
    this.#faultOf = faultOf
    this.#out = out
    this.#splitter = new FrameSplitter(2 ** 24, (bytes, start, end) => this.#frame(framed(bytes.subarray(start, end))))
  }

  take(bytes: Uint8Array): void {
    const shaking = Math.min(this.#handshakeLeft, bytes.length)
    this.#handshakeLeft -= shaking
    if (shaking > 0) this.#out(bytes.slice(0, shaking))
    if (shaking < bytes.length) this.#splitter.take(bytes.slice(shaking))
  }

  #frame(frame: Uint8Array): void {
    const fault = this.#faultOf()
    const held = this.#held
    this.#held = fault?.kind === 'swap' && held === null ? frame : null
    if (this.#held !== null) return
    for (const piece of fault === undefined ? [frame] : faulty(frame, fault)) this.#out(piece)
    if (held !== null) this.#out(held)
  }
}

function framed(frame: Uint8Array): Uint8Array {
  const whole = new Uint8Array(frame.length + 4)
  new DataView(whole.buffer).setUint32(0, frame.length, true)
  whole.set(frame, 4)
  return whole
}

function faulty(frame: Uint8Array, { kind, with: what }: Fault): readonly Uint8Array[] {
  switch (kind) {
    case 'flip': {
      const flipped = frame.slice()
      const at = what % (frame.length * 8)
      flipped[at >> 3] = (flipped[at >> 3] as number) ^ (1 << (at & 7))
      return [flipped]
    }
    case 'repeat':
      return [frame, frame.slice()]
    case 'cut':
      return [frame.slice(0, what % frame.length)]
    case 'noise':
      return [Uint8Array.from({ length: (what % 20) + 1 }, (_, i) => what * (i + 7)), frame]
    case 'drop':
      return []
    case 'swap':
      return [frame]
  }
}

/** A transport on whose connections some frames are tampered with, as long as there are faults. */
export function tamperingTransport(transport: Transport, faults: Fault[]): Transport {
  let count = 0
  const faultOf = (): Fault | undefined => {
    const number = count++
    return faults.find(({ at }) => at === number)
  }
  return {
    listen: (address, onWire) => transport.listen(address, onWire),
    connect: (address, { onWire, onFailed }) => transport.connect(address, { onFailed, onWire: (wire) => tampered(wire, faultOf, onWire) }),
  }
}

function tampered(wire: Wire, faultOf: () => Fault | undefined, onWire: (wire: Wire) => WireListener): WireListener {
  const out = new Way(faultOf, (bytes) => wire.write(bytes))
  const listener = onWire({
    get localAddress() {
      return wire.localAddress
    },
    get remoteAddress() {
      return wire.remoteAddress
    },
    get backlogBytes() {
      return wire.backlogBytes
    },
    write: (bytes) => out.take(bytes),
    end: () => wire.end(),
    destroy: () => wire.destroy(),
  })
  const into = new Way(faultOf, (bytes) => listener.onBytes(bytes))
  return {
    onBytes: (bytes) => into.take(bytes),
    onDrained: () => listener.onDrained(),
    onClosed: (error) => listener.onClosed(error),
  }
}
