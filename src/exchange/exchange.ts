import { parseOptions } from '../actors/options.js'
import type { Backoff } from '../base/backoff.js'
import { EXCHANGE_PORT, type ExchangePort } from '../router/exchange-port.js'
import { GroupBridge } from './bridge/group-bridge.js'
import { ProcessExchanges, type ProcessLimits } from './bridge/process-exchanges.js'
import { ExchangeLink } from './exchange-link.js'
import {
  type CloseOptions,
  type ConnectOptions,
  closeOptions,
  connectOptions,
  type ExchangeOptions,
  exchangeOptions,
} from './exchange-options.js'
import type { Exchange, ExchangeStats, Link, ListenResult } from './exchange-type.js'
import { allLimits, whereGiven } from './link-limits.js'
import { nodeCrypto } from './node-crypto.js'
import type { ConnectionEvent } from './peers/connection-event.js'
import { Connections } from './peers/connections.js'
import { type AddressLike, isLocal, parseAddress, printAddress } from './transports/address.js'
import { SocketTransport } from './transports/socket-transport.js'

/** The versions of the protocol that this one speaks. */
const VERSIONS = { lowest: 1, highest: 1 } as const
const DEFAULT_RETRY_MS = 5000
const PROCESS_LIMITS: ProcessLimits = {
  catalogue: {
    origins: 10_000,
    aside: 1000,
    removals: 1024,
    recordsPerOrigin: 100_000,
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
    checkId(port)
    const { role, group = '', secret, authorise = () => true, limits, transport = new SocketTransport(world) } = options
    const { links, terms } = allLimits(limits ?? {})
    this.#port = port
    this.#options = options
    const exchanges = exchangesOf(port)
    this.#exchanges = exchanges
    if (this.#exchanges.has(group))
      throw new Error(`createExchange(): this system has an exchange of group "${group}" already; use that one, or give another group`)
    this.#bridge = new GroupBridge({
      world,
      exchanges: this.#exchanges,
      group,
      role,
      terms,
      onConnection: (event, dialed) => this.#tell(event, dialed),
    })
    const secrets = secret === undefined ? [] : typeof secret === 'string' ? [secret] : secret
    this.#connections = new Connections(
      {
        world,
        transport,
        authorise,
        limits: links,
        handshake: {
          crypto: nodeCrypto,
          text: world.text,
          role,
          group,
          versions: VERSIONS,
          secrets,
          // It may begin another life.
          get process() {
            return exchanges.self
          },
        },
      },
      this.#bridge,
    )
    this.#bridge.connections = this.#connections
    this.#exchanges.add(this.#bridge)
    this.#forget = port.whenClosed(() => this.close())
  }

  get group(): string {
    return this.#bridge.group
  }

  async listen(at: AddressLike): Promise<ListenResult> {
    const address = parseAddress(at)
    const { role, secret, insecure } = this.#options
    if (role === 'client')
      throw new Error(`listen(${printAddress(address)}): a client only connects; give createExchange() the role 'server'`)
    if (!isLocal(address) && secret === undefined && insecure !== true) {
      const advice = 'give createExchange() a secret, or insecure: true if everybody who can connect may call every service'
      throw new Error(`listen(${printAddress(address)}): other machines can reach this address; ${advice}`)
    }
    const bound = await this.#connections.listen(address)
    return { address: printAddress(bound), port: 'port' in bound ? bound.port : 0 }
  }

  connect(to: AddressLike, options?: ConnectOptions): Link {
    const retries = retriesOf(parseOptions(connectOptions, options, 'connect()'))
    if (this.#closing !== null) throw new Error('connect(): the exchange has been closed')
    const address = parseAddress(to)
    if ('port' in address && address.port === 0)
      throw new TypeError('connect(): 0 is no port to connect to; give the one that listen() told')
    const { core } = this.#port
    core.retain()
    const link: ExchangeLink = new ExchangeLink({
      connections: this.#connections,
      dialed: this.#connections.connect(address, retries),
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

  stats(): ExchangeStats {
    const links = this.#connections.active.map(({ session, peer }) => ({
      process: peer.process.id,
      role: peer.role,
      remoteAddress: session.wire.remoteAddress,
      waitingBytes: session.backlogBytes,
      noRoom: session.noRoom,
    }))
    return { links, ...this.#connections.strangers, ...this.#bridge.objections.counts }
  }

  close(options?: CloseOptions): Promise<void> {
    const { drainMs } = parseOptions(closeOptions, options, 'close()')
    this.#closing ??= this.#close(drainMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(drainMs: number | undefined): Promise<void> {
    this.#forget()
    const links = [...this.#links].map((link) => link.close(whereGiven({ drainMs })))
    await Promise.all([...links, this.#connections.close(drainMs)])
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

const PROCESS_ID = /^[0-9a-f]{32}$/

function checkId({ core }: ExchangePort): void {
  const { process } = core.options
  if (PROCESS_ID.test(process)) return
  const advice = 'give createSystem() an id of 32 hexadecimal digits, lower case, that no other process has, or none'
  throw new TypeError(`createExchange(): the id of the system is "${process}", by which others cannot know it; ${advice}`)
}

function exchangesOf(port: ExchangePort): ProcessExchanges {
  if (port.carrier instanceof ProcessExchanges) return port.carrier
  const { options, world } = port.core
  const exchanges = new ProcessExchanges(port, { id: options.process, incarnation: Math.floor(world.clock.wall()) }, PROCESS_LIMITS)
  port.carrier = exchanges
  return exchanges
}

function retriesOf({ retryDelayMs = DEFAULT_RETRY_MS, maxRetryDelayMs, retryJitter = 0 }: ConnectOptions): Backoff | false {
  if (retryDelayMs === false) return false
  return { minMs: retryDelayMs, maxMs: Math.max(retryDelayMs, maxRetryDelayMs ?? retryDelayMs), factor: 2, jitter: retryJitter }
}
