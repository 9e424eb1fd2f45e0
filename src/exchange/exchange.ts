import { parseOptions } from '../actors/options.js'
import { EXCHANGE_PORT, type ExchangePort } from '../router/exchange-port.js'
import { GroupBridge } from './bridge/group-bridge.js'
import { ProcessExchanges, type ProcessLimits } from './bridge/process-exchanges.js'
import { ExchangeLink } from './exchange-link.js'
import { type ConnectOptions, connectOptions, type ExchangeOptions, exchangeOptions } from './exchange-options.js'
import type { Exchange, Link, ListenResult } from './exchange-type.js'
import type { LinkLimits } from './links/link-session.js'
import { nodeCrypto } from './node-crypto.js'
import type { ConnectionEvent } from './peers/connection-event.js'
import { Connections } from './peers/connections.js'
import { type AddressLike, isLocal, parseAddress, printAddress } from './transports/address.js'
import { SocketTransport } from './transports/socket-transport.js'

/** The versions of the protocol that this one speaks. */
const VERSIONS = { lowest: 1, highest: 1 } as const
const DEFAULT_RETRY_MS = 5000
const LINK_LIMITS: LinkLimits = {
  handshakeMs: 2000,
  leaseMs: 6000,
  beatMs: 1500,
  maxFrameBytes: 2 ** 20,
  maxQueueBytes: 16 * 2 ** 20,
  maxBacklogBytes: 256 * 2 ** 10,
  maxControlBytes: 64 * 2 ** 20,
}
const PROCESS_LIMITS: ProcessLimits = {
  catalogue: {
    origins: 10_000,
    aside: 1000,
    removals: 1024,
    recordsPerOrigin: 1_000_000,
    nameBytes: 255,
    groupsPerRecord: 1000,
    streamsPerRecord: 1000,
  },
  links: { processes: 10_000, neighbors: 10_000, behind: 100_000 },
}

/** What a system offers to exchanges. */
interface ExchangeableSystem {
  readonly [EXCHANGE_PORT]: ExchangePort
}

/**
 * Links a system to others of its exchange group: services there can be found, called, watched and subscribed to as those here.
 *
 * @throws TypeError, Error when the system has an exchange of that group
 */
export function createExchange(system: object, options: ExchangeOptions): Exchange {
  const port = (system as Partial<ExchangeableSystem>)[EXCHANGE_PORT]
  if (port === undefined) throw new TypeError('createExchange(): the first argument is no system; give what createSystem() resolved to')
  return new GroupExchange(port, parseOptions(exchangeOptions, options, 'createExchange()'))
}

/** What `createExchange` returns; its type is that of `Exchange`. */
class GroupExchange implements Exchange {
  readonly #port: ExchangePort
  readonly #options: ExchangeOptions
  readonly #exchanges: ProcessExchanges
  readonly #bridge: GroupBridge
  readonly #connections: Connections
  readonly #links = new Set<ExchangeLink>()
  readonly #listeners = new Set<(event: ConnectionEvent) => void>()
  readonly #forget: () => void
  #closing: Promise<void> | null = null

  constructor(port: ExchangePort, options: ExchangeOptions) {
    const { world } = port.core
    const { role, group = '', secret, authorise = () => true, limits, transport = new SocketTransport(world) } = options
    this.#port = port
    this.#options = options
    this.#exchanges = exchangesOf(port)
    if (this.#exchanges.has(group)) throw new Error(`createExchange(): this system has an exchange of group "${group}" already`)
    this.#bridge = new GroupBridge({
      world,
      exchanges: this.#exchanges,
      group,
      role,
      onConnection: (event, dialed) => this.#tell(event, dialed),
    })
    const secrets = secret === undefined ? [] : typeof secret === 'string' ? [secret] : secret
    this.#connections = new Connections(
      {
        world,
        transport,
        authorise,
        limits: { ...LINK_LIMITS, ...limits },
        handshake: { crypto: nodeCrypto, text: world.text, process: this.#exchanges.self, role, group, versions: VERSIONS, secrets },
      },
      this.#bridge,
    )
    this.#bridge.connections = this.#connections
    this.#exchanges.add(this.#bridge)
    this.#forget = port.whenClosed(() => void this.close())
  }

  get group(): string {
    return this.#bridge.group
  }

  async listen(at: AddressLike): Promise<ListenResult> {
    const address = parseAddress(at)
    const { secret, insecure } = this.#options
    if (!isLocal(address) && secret === undefined && insecure !== true) {
      const advice = 'give createExchange() a secret, or insecure: true if everybody who can connect may call every service'
      throw new Error(`listen(${printAddress(address)}): other machines can reach this address; ${advice}`)
    }
    const bound = await this.#connections.listen(address)
    return { address: printAddress(bound), port: 'port' in bound ? bound.port : 0 }
  }

  connect(to: AddressLike, options?: ConnectOptions): Link {
    const { retryDelayMs = DEFAULT_RETRY_MS } = parseOptions(connectOptions, options, 'connect()')
    if (this.#closing !== null) throw new Error('connect(): the exchange has been closed')
    const address = parseAddress(to)
    const { core } = this.#port
    core.retain()
    const link: ExchangeLink = new ExchangeLink({
      connections: this.#connections,
      dialed: this.#connections.connect(address, retryDelayMs),
      world: core.world,
      onClosed: () => {
        core.release()
        this.#links.delete(link)
      },
    })
    this.#links.add(link)
    return link
  }

  on(event: 'connection', listener: (event: ConnectionEvent) => void): Disposable {
    if (event !== 'connection') throw new TypeError(`on(): there is no event "${event}"; the event is 'connection'`)
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  links(): readonly Link[] {
    return [...this.#links]
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#forget()
    await Promise.all([...this.#links].map((link) => link.close()))
    await this.#connections.close()
    this.#exchanges.remove(this.#bridge)
  }

  #tell(event: ConnectionEvent, dialed: Parameters<ExchangeLink['hear']>[1]): void {
    for (const link of this.#links) link.hear(event, dialed)
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#port.core.world.log.error('a listener of an exchange failed', { error })
      }
    }
  }
}

function exchangesOf(port: ExchangePort): ProcessExchanges {
  if (port.carrier instanceof ProcessExchanges) return port.carrier
  const { options, world } = port.core
  const exchanges = new ProcessExchanges(port, { id: options.process, incarnation: Math.floor(world.clock.wall()) }, PROCESS_LIMITS)
  port.carrier = exchanges
  return exchanges
}
