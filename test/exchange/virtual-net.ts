import { setImmediate } from 'node:timers/promises'
import { afterEach } from 'vitest'
import type { System } from '../../src/actors/system-type.js'
import { seededRandom } from '../../src/base/random.js'
import type { Logger } from '../../src/base/world.js'
import { ProcessExchanges } from '../../src/exchange/bridge/process-exchanges.js'
import { createExchange } from '../../src/exchange/exchange.js'
import type { ExchangeOptions } from '../../src/exchange/exchange-options.js'
import type { Exchange } from '../../src/exchange/exchange-type.js'
import type { ConnectionEvent } from '../../src/exchange/peers/connection-event.js'
import { MemoryNetwork } from '../../src/exchange/transports/memory-network.js'
import { EXCHANGE_PORT } from '../../src/router/exchange-port.js'
import { assembleSystem } from '../../src/runtime/create-system.js'
import { nodeWorld } from '../../src/runtime/node-world.js'
import type { ActorSystem } from '../../src/runtime/system.js'
import type { ThreadRuntime } from '../../src/runtime/threads/thread-runtime.js'
import { VirtualTime } from '../../src/testing/virtual-time.js'
import { passTime, settleNow, TURNS } from './virtual-moments.js'

/** A system with one exchange. */
export interface VirtualProcess {
  readonly name: string
  readonly id: string
  readonly system: System
  readonly exchange: Exchange
  readonly events: readonly ConnectionEvent[]
  /** What it has logged, as `level message`. */
  readonly logged: readonly string[]
  readonly runtime: ThreadRuntime
  /** What it keeps of others. */
  readonly kept: Readonly<Record<string, number>>
}

const nets: VirtualNet[] = []

afterEach(async () => {
  for (const net of nets.splice(0)) await net.stop()
})

/** Processes within this one, over a network in memory, under one virtual time. */
export class VirtualNet {
  readonly time = new VirtualTime(1e12)
  readonly network = new MemoryNetwork({ scheduler: this.time, random: seededRandom(3) })
  readonly #systems = new Set<System>()
  #seed = 0

  constructor() {
    nets.push(this)
  }

  /** Servers listen at `memory:NAME/`. */
  async process(name: string, options: Partial<ExchangeOptions> & { readonly id?: string } = {}): Promise<VirtualProcess> {
    const { id, ...given } = options
    const logged: string[] = []
    const said = (level: keyof Logger) => (message: string) => void logged.push(`${level} ${message}`)
    const log: Logger = { debug: said('debug'), info: said('info'), warn: said('warn'), error: said('error') }
    const random = seededRandom(++this.#seed)
    const world = { ...nodeWorld({ log, random, clock: this.time, hold: () => undefined }), scheduler: this.time }
    const actorSystem = assembleSystem(world, { name, threads: 0, timeoutMs: 4000, ...(id && { id }) })
    const system = actorSystem as unknown as System
    this.#systems.add(system)
    const exchange = createExchange(system, { role: 'server', transport: this.network.transport(name), ...given })
    const events: ConnectionEvent[] = []
    exchange.on('connection', (event) => void events.push(event))
    if ((given.role ?? 'server') === 'server') await exchange.listen(`memory:${name}/`)
    const runtime = actorSystem.core.delivery as ThreadRuntime
    return {
      name,
      id: system.process.id,
      system,
      exchange,
      events,
      logged,
      runtime,
      get kept() {
        return keptBy(actorSystem)
      },
    }
  }

  settle(): Promise<void> {
    return settleNow()
  }

  pass(ms: number): Promise<void> {
    return passTime(this.time, ms)
  }

  /** Lets pass what is due until something has settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false
    const finish = (): void => {
      done = true
    }
    work.then(finish, finish)
    for (;;) {
      for (let turn = 0; turn < TURNS && !done; turn++) await setImmediate()
      if (done) return await work
      if (this.time.nextDueMs === Number.POSITIVE_INFINITY) throw new Error('nothing is due that could end what is waited for')
      this.time.moveTo(this.time.nextDueMs)
    }
  }

  async end({ system }: VirtualProcess): Promise<void> {
    this.#systems.delete(system)
    await this.until(system.stop())
  }

  async stop(): Promise<void> {
    await this.until(Promise.all([...this.#systems].map((system) => system.stop())))
  }
}

function keptBy(system: ActorSystem): Readonly<Record<string, number>> {
  const port = system[EXCHANGE_PORT]
  if (!(port.carrier instanceof ProcessExchanges)) throw new Error('the process has no exchange')
  const runtime = port.core.delivery as ThreadRuntime
  const watchers = [...port.core.cells.values()].reduce((sum, { goneListeners }) => sum + (goneListeners?.size ?? 0), 0)
  return {
    ...port.carrier.sizes,
    ...runtime.router.sizes,
    threads: runtime.foreign.size,
    reachable: runtime.foreign.reachable.length,
    watchers,
  }
}
