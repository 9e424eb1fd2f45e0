import type { Random, Scheduler } from '../../base/world.js'
import { type Address, printAddress } from './address.js'
import type { ConnectListener, Listening, OnWire, Transport, Wire, WireListener } from './transport.js'

/** What the network does to what is sent over it; may change at any time. */
export interface MemoryWeather {
  /** How long bytes take, at least and at most; order is kept. */
  delayMs: readonly [number, number]
  /** Bytes arrive in pieces of at most so many. */
  mostBytes: number
}

export interface MemoryNetworkOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly weather?: Partial<MemoryWeather>
}

/**
 * A network within one program, for tests and simulations: what `connect` and `listen` of sockets do, over the scheduler and the random
 * source that it is given. Connections can be cut, frozen and refused.
 */
export class MemoryNetwork {
  readonly weather: MemoryWeather
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #listening = new Map<string, OnWire>()
  readonly #wires = new Set<MemoryWire>()
  #nextName = 1

  constructor({ scheduler, random, weather }: MemoryNetworkOptions) {
    this.#scheduler = scheduler
    this.#random = random
    this.weather = { delayMs: [0, 0], mostBytes: Number.POSITIVE_INFINITY, ...weather }
  }

  /** The transport of the process of that name. */
  transport(host: string): Transport {
    return {
      connect: (address, listener) => this.#connect(host, nameOf(address), listener),
      listen: async (address, onWire) => this.#listen(nameOf(address), onWire),
    }
  }

  /** Ends what leads to or from a process, or between two, at once; what is on its way is lost. */
  cut(host: string, other?: string): void {
    for (const wire of [...this.#wires]) if (wire.joins(host, other)) wire.fail(new Error('the connection was cut'))
  }

  /** Nothing arrives at or from a process, and nobody is told, until `thaw`. */
  freeze(host: string, other?: string): void {
    for (const wire of this.#wires) if (wire.joins(host, other)) wire.freeze()
  }

  thaw(host: string, other?: string): void {
    for (const wire of [...this.#wires]) if (wire.joins(host, other)) wire.thaw()
  }

  /** How long the next bytes take. */
  delayMs(): number {
    const [least, most] = this.weather.delayMs
    return least + this.#random.next() * (most - least)
  }

  later(delayMs: number, run: () => void): void {
    if (delayMs > 0) this.#scheduler.timer(delayMs, run)
    else this.#scheduler.macrotask(run)
  }

  remove(...wires: readonly MemoryWire[]): void {
    for (const wire of wires) this.#wires.delete(wire)
  }

  #listen(name: string, onWire: OnWire): Listening {
    if (this.#listening.has(name)) throw new Error(`memory:${name} is taken`)
    this.#listening.set(name, onWire)
    const close = async (): Promise<void> => {
      if (this.#listening.get(name) === onWire) this.#listening.delete(name)
    }
    return { address: { kind: 'memory', name }, close }
  }

  #connect(host: string, name: string, { onWire, onFailed }: ConnectListener): () => void {
    let given = false
    this.later(this.delayMs(), () => {
      if (given) return
      const accepts = this.#listening.get(name)
      if (accepts === undefined) return onFailed(new Error(`nobody listens at memory:${name}`))
      this.#join(new MemoryWire(this, host, `memory:${host}#${this.#nextName++}`), new MemoryWire(this, hostOf(name), `memory:${name}`), {
        connects: onWire,
        accepts,
      })
    })
    return () => {
      given = true
    }
  }

  #join(near: MemoryWire, far: MemoryWire, { connects, accepts }: { readonly connects: OnWire; readonly accepts: OnWire }): void {
    near.peer = far
    far.peer = near
    for (const wire of [near, far]) this.#wires.add(wire)
    far.listener = accepts(far)
    near.listener = connects(near)
  }
}

/** One end of a connection. */
class MemoryWire implements Wire {
  readonly localAddress: string
  readonly host: string
  peer!: MemoryWire
  listener!: WireListener
  readonly #network: MemoryNetwork
  /** What has been sent from here and has not arrived: bytes, or the end. */
  #way: (Uint8Array | 'end')[] = []
  #isMoving = false
  #isFrozen = false
  #onThaw: (() => void) | null = null
  #isEnded = false
  #isClosed = false
  #backlogBytes = 0

  constructor(network: MemoryNetwork, host: string, localAddress: string) {
    this.#network = network
    this.host = host
    this.localAddress = localAddress
  }

  get remoteAddress(): string {
    return this.peer.localAddress
  }

  get backlogBytes(): number {
    return this.#backlogBytes
  }

  joins(host: string, other: string | undefined): boolean {
    const ends = [this.host, this.peer.host]
    return ends.includes(host) && (other === undefined || ends.includes(other))
  }

  write(bytes: Uint8Array): void {
    if (this.#isEnded || this.#isClosed) return
    const { mostBytes } = this.#network.weather
    for (let at = 0; at < bytes.length; at += mostBytes) this.#way.push(bytes.slice(at, at + mostBytes))
    this.#backlogBytes += bytes.length
    this.#move()
  }

  end(): void {
    if (this.#isEnded || this.#isClosed) return
    this.#isEnded = true
    this.#way.push('end')
    this.#move()
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#close(undefined)
    this.#network.later(this.#network.delayMs(), () => this.#closePeer())
  }

  /** Not before it can hear of it. */
  #closePeer(): void {
    if (this.#isFrozen) this.#onThaw = () => this.peer.#close(undefined)
    else this.peer.#close(undefined)
  }

  /** Both ends hear of it. */
  fail(error: Error): void {
    const { peer } = this
    this.#close(error)
    peer.#close(error)
  }

  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
    this.#onThaw?.()
    this.#onThaw = null
    this.#move()
  }

  /** One piece after the other, each with a delay of its own. */
  #move(): void {
    if (this.#isMoving || this.#isFrozen || this.#isClosed || this.#way.length === 0) return
    this.#isMoving = true
    this.#network.later(this.#network.delayMs(), () => {
      this.#isMoving = false
      if (!this.#isFrozen && !this.#isClosed) this.#arrive(this.#way.shift() as Uint8Array | 'end')
      this.#move()
    })
  }

  #arrive(what: Uint8Array | 'end'): void {
    const { peer } = this
    if (what === 'end') {
      this.#close(undefined)
      peer.#close(undefined)
      return
    }
    this.#backlogBytes -= what.length
    peer.#hear(what)
    if (this.#backlogBytes === 0 && !this.#isClosed) this.listener.onDrained()
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#isClosed) this.listener.onBytes(bytes)
  }

  #close(error: Error | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#way = []
    if (this.peer.#isClosed) this.#network.remove(this.peer, this)
    this.listener.onClosed(error)
  }
}

function nameOf(address: Address): string {
  if (address.kind === 'memory') return address.name
  throw new TypeError(`${printAddress(address)} cannot be reached in memory: give 'memory:name'`)
}

/** `memory:host/more` is a place of the process `host`. */
function hostOf(name: string): string {
  return name.split('/', 1)[0] as string
}
