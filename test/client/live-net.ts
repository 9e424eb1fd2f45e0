/** A live mount and its clients in one thread, under the virtual clock of a test system. */

import type { LiveClient, LiveClientOptions } from '../../src/client/client-type.js'
import { createClientOn } from '../../src/client/create-client.js'
import { guardedEvents } from '../../src/client/link/guarded-events.js'
import type { Platform, Socket, SocketEvents } from '../../src/client/link/platform.js'
import type { Properties } from '../../src/gateway/authorising.js'
import { Allowance } from '../../src/gateway/limits/allowance.js'
import { createTotals, type LiveTotals, type TotalLimits } from '../../src/gateway/limits/live-totals.js'
import { LiveConnection } from '../../src/gateway/live/connection.js'
import type { LiveProtocol } from '../../src/gateway/live/live.js'
import { type LiveOptions, live } from '../../src/gateway/live/live.js'
import type { Selection } from '../../src/gateway/selection.js'
import { createTestSystem } from '../../src/testing/create-test-system.js'
import type { TestSystem } from '../../src/testing/test-system-type.js'
import { coreOf, recordingLog } from '../actors/evidence.js'

/** How the far side is to be. */
export interface NetOptions {
  readonly selection?: Selection
  readonly live?: LiveOptions
  readonly admit?: (given: Properties) => Properties | undefined | Promise<Properties>
  readonly seed?: number
  /** Of all connections together. */
  readonly totals?: Partial<TotalLimits> & { readonly maxPending?: number; readonly maxHeldBytes?: number }
}

/** One connection, with what went over it. */
export interface Wired {
  readonly server: LiveConnection
  /** As the client sent it, and as the gateway did. */
  readonly up: string[]
  readonly down: string[]
  /** The code that either side closed it with. */
  closed: number | undefined
  /** While it is set nothing leaves towards the client: what is sent waits and counts. */
  stall(isStalled: boolean): void
  /** Nothing goes through any more, and nobody is told. */
  freeze(): void
  cut(): void
  /** Says something to the gateway, as a client would. */
  say(frame: unknown): void
  /** Says something to the client, as a gateway would. */
  tell(frame: unknown): void
}

/** The network between. */
export class LiveNet {
  readonly system: TestSystem
  readonly connections: Wired[] = []
  readonly opened: number[] = []
  readonly reported: unknown[] = []
  readonly totals: LiveTotals
  /** No attempt comes to anything. */
  isDown = false
  /** The gateway takes a hello for no frame. */
  garblesHello = false
  readonly #protocol: LiveProtocol
  readonly #options: NetOptions
  readonly #clients: LiveClient[] = []

  constructor(system: TestSystem, options: NetOptions) {
    this.system = system
    this.#options = options
    const limits = { maxLiveConnections: 1000, maxSubscriptions: 1000, maxLiveQueueBytes: 2 ** 28, ...options.totals }
    const { maxPending = 1000, maxHeldBytes = 2 ** 28 } = options.totals ?? {}
    this.totals = createTotals({ calls: new Allowance(maxPending), held: new Allowance(maxHeldBytes) }, limits)
    this.#protocol = live(options.selection ?? { group: 'web' }, options.live) as LiveProtocol
  }

  get host() {
    return this.#protocol.hostOf(coreOf(this.system))
  }

  get last(): Wired {
    return this.connections.at(-1) as Wired
  }

  client(options?: LiveClientOptions): LiveClient {
    const client = createClientOn(this.platform, 'ws://gate.test/live', options)
    this.#clients.push(client)
    return client
  }

  get platform(): Platform {
    const { clock, scheduler, random } = coreOf(this.system).world
    return {
      now: () => clock.now(),
      timer: (delayMs, run) => scheduler.timer(delayMs, run),
      random: () => random.next(),
      open: (_url, events) => this.#open(guardedEvents(events)),
      report: (error) => void this.reported.push(error),
    }
  }

  /** Lets everything that is on its way arrive, and what it causes. */
  async settle(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      await this.system.settled()
    }
  }

  /** Moves the clock by as much, in small steps, each with all that it causes. */
  async advance(ms: number, stepMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.system.clock.advance(Math.min(stepMs, left))
      await this.settle()
    }
  }

  /** A connection without a client: what is said over it is up to the test. */
  raw(): Wired {
    const events: SocketEvents = { onOpen: () => undefined, onMessage: () => undefined, onClose: () => undefined }
    this.#open(guardedEvents(events))
    return this.last
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close()
    for (const { server } of this.connections) server.ended()
    await this.settle()
    await this.system[Symbol.asyncDispose]()
  }

  #open(events: SocketEvents & { readonly ended: boolean }): Socket {
    this.opened.push(coreOf(this.system).world.clock.now())
    if (this.isDown) {
      setImmediate(() => events.onClose(1006, ''))
      return { bufferedAmount: 0, send: () => undefined, close: (code) => events.onClose(code, '') }
    }
    const wired = this.#wire(events)
    setImmediate(() => events.onOpen())
    return {
      bufferedAmount: 0,
      send(text) {
        wired.up.push(text)
        queueMicrotask(() => wired.hear(text))
      },
      close(code) {
        wired.closed ??= code
        events.onClose(code, '')
        queueMicrotask(() => wired.server.ended())
      },
    }
  }

  #wire(events: SocketEvents) {
    const waiting: { readonly text: string; readonly sent: () => void }[] = []
    let isStalled = false
    let isFrozen = false
    const flush = (): void => {
      while (!isStalled && waiting.length > 0) {
        const { text, sent } = waiting.shift() as (typeof waiting)[number]
        if (!isFrozen) events.onMessage(text)
        sent()
      }
    }
    const down: string[] = []
    const server: LiveConnection = new LiveConnection({
      host: this.host,
      wire: {
        get bufferedBytes() {
          return waiting.reduce((sum, { text }) => sum + text.length, 0)
        },
        send(text, sent) {
          down.push(text)
          waiting.push({ text, sent })
          queueMicrotask(flush)
        },
        close(code) {
          wired.closed ??= code
          queueMicrotask(() => {
            flush()
            if (!isFrozen) events.onClose(code, 'closed by the gateway')
          })
        },
        drop() {
          wired.closed ??= 1006
          waiting.length = 0
          events.onClose(1006, '')
          queueMicrotask(() => wired.server.ended())
        },
      },
      totals: this.totals,
      admit: async (given) => (this.#options.admit ?? (() => ({})))(given),
      passes: (name) => this.#options.live?.properties?.includes(name) ?? name !== 'authorization',
    })
    const wired = {
      server,
      down,
      up: [] as string[],
      closed: undefined as number | undefined,
      hear: (text: string) => {
        if (!isFrozen) server.heard(this.garblesHello ? '{}' : text)
      },
      stall(value: boolean) {
        isStalled = value
        flush()
      },
      freeze() {
        isFrozen = true
      },
      say(frame: unknown) {
        server.heard(typeof frame === 'string' ? frame : JSON.stringify(frame))
      },
      tell(frame: unknown) {
        events.onMessage(JSON.stringify(frame))
      },
      cut() {
        server.ended()
        events.onClose(1006, '')
      },
    }
    this.connections.push(wired)
    return wired
  }
}

/** A net of its own system. */
export async function createNet(options: NetOptions = {}): Promise<LiveNet> {
  return new LiveNet(await createTestSystem({ seed: options.seed ?? 1, log: recordingLog() }), options)
}
