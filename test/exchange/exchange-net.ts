import { afterEach } from 'vitest'
import type { System } from '../../src/actors/system-type.js'
import { seededRandom } from '../../src/base/random.js'
import { createExchange } from '../../src/exchange/exchange.js'
import type { ExchangeOptions } from '../../src/exchange/exchange-options.js'
import type { Exchange } from '../../src/exchange/exchange-type.js'
import type { ConnectionEvent } from '../../src/exchange/peers/connection-event.js'
import { MemoryNetwork } from '../../src/exchange/transports/memory-network.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { nodeScheduler } from '../../src/runtime/node-world.js'

/** A process that is the same when it is started again. */
export interface Named {
  readonly name: string
  readonly id: string
}

/** A system with its exchanges. */
export interface Process {
  readonly name: string
  readonly system: System
  readonly exchanges: readonly Exchange[]
  readonly events: ConnectionEvent[]
  /** Connects to the process of that name, and waits until that is active. */
  join(other: string, group?: string): Promise<void>
}

/** Turns of the event loop without anything on the network, after which it counts as quiet. */
const QUIET_TURNS = 30

const nets: Net[] = []

/** Resolves when a condition holds, looked at after each turn of the event loop; the test's own limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

afterEach(async () => {
  for (const net of nets.splice(0)) await net.stop()
})

/** Processes within this one, over a network in memory. */
export class Net {
  readonly network: MemoryNetwork
  readonly #systems: System[] = []
  #moves = 0

  constructor(seed = 1) {
    const macrotask = (run: () => void): void => {
      this.#moves++
      nodeScheduler.macrotask(run)
    }
    this.network = new MemoryNetwork({ scheduler: { ...nodeScheduler, macrotask }, random: seededRandom(seed) })
    nets.push(this)
  }

  /** Resolves when nothing is on its way between processes, and nobody sends anything more. A storm never comes to that. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      const moves = this.#moves
      await new Promise((resolve) => setImmediate(resolve))
      if (moves !== this.#moves) turns = 0
    }
  }

  /** A process with one exchange for each of the options; servers listen at `memory:NAME/GROUP`. */
  async process(given: string | Named, ...options: readonly Partial<ExchangeOptions>[]): Promise<Process> {
    const { name, ...more } = typeof given === 'string' ? { name: given } : given
    const system = (await createSystem({ threads: 0, name, timeoutMs: 4000, ...more })) as unknown as System
    this.#systems.push(system)
    const events: ConnectionEvent[] = []
    const exchanges = (options.length === 0 ? [{}] : options).map((one) => {
      const exchange = createExchange(system, { role: 'server', transport: this.network.transport(name), ...one })
      exchange.on('connection', (event) => void events.push(event))
      return exchange
    })
    for (const [i, exchange] of exchanges.entries()) {
      if ((options[i]?.role ?? 'server') === 'server') await exchange.listen(`memory:${name}/${exchange.group}`)
    }
    const join = async (other: string, group = ''): Promise<void> => {
      const exchange = exchanges.find((one) => one.group === group) as Exchange
      await exchange.connect(`memory:${other}/${group}`, { retryDelayMs: 20 }).active({ timeoutMs: 4000 })
    }
    return { name, system, exchanges, events, join }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#systems.map((system) => system.stop()))
  }
}
