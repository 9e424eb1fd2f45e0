import type { ThreadLimits } from '../../actors/system-type.js'
import { slotOf, type ThreadKey, threadKey } from '../../base/ids.js'
import type { Logger, Scheduler } from '../../base/world.js'
import { bytesOfRing, FIRST_CAPACITY } from '../links/ring/layout.js'
import { ChildProcesses } from '../processes/child-processes.js'
import type { BootOrder, ThreadSettings } from '../vessels/boot-order.js'
import { BootWait } from '../vessels/boot-wait.js'
import { openPair, type Pair } from '../vessels/pairs.js'
import type { Vessel, VesselEnd } from '../vessels/vessel.js'
import { WorkerVessel } from '../vessels/worker-vessel.js'
import type { BootMessage } from './bootstrap.js'
import type { PairPorts } from './control.js'
import type { LinkLedger } from './link-ledger.js'
import { exitOf } from './load-failures.js'
import { loadingOf } from './loader.js'
import type { LogMessage } from './log-forwarding.js'
import type { Place } from './placement.js'
import { clearSlot, MAX_DEDICATED, type SharedCounts } from './shared-counts.js'
import type { StillLoading, Threads } from './threads.js'

interface Running {
  readonly thread: ThreadKey
  readonly vessel: Vessel
  readonly boot: BootWait
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
}

/** What thread 0 gives to a thread of this process: its end of a new pair. */
export interface Introduction {
  readonly peer: ThreadKey
  readonly ports: PairPorts
}

export interface ThreadTableOptions {
  readonly settings: ThreadSettings
  readonly counts: SharedCounts
  readonly log: Logger
  readonly scheduler: Scheduler
  readonly resourceLimits: ThreadLimits | undefined
  readonly startMs: number
  readonly now: () => number
  /** False once the ports of a thread have closed: it is ending. */
  readonly isConnected: (thread: ThreadKey) => boolean
  /** Takes a record that a thread has logged. */
  readonly onLog: (message: LogMessage) => void
  readonly ledger: LinkLedger
  /** Gives the new thread's ports to thread 0 and to the threads of this process that run. */
  readonly introduce: (thread: ThreadKey, introductions: readonly Introduction[]) => void
}

const MAIN = '0' as ThreadKey

/** The threads of a system besides thread 0, which alone starts them and hears of their end. */
export class ThreadTable implements Threads {
  readonly #options: ThreadTableOptions
  readonly #processes: ChildProcesses
  readonly #running = new Map<number, Running>()
  readonly #generations = new Map<number, number>()
  readonly #started = new Set<ThreadKey>()
  /** The last change of each thread that was heard of. */
  readonly #holds = new Map<ThreadKey, number>()
  /** Why threads were ended that have not ended yet. */
  readonly #reasons = new Map<ThreadKey, string>()
  #closing = false

  constructor(options: ThreadTableOptions) {
    this.#options = options
    this.#processes = new ChildProcesses(options)
  }

  /** The thread of a place, started if there is none. The one whose module fails to load rejects with the module's error. */
  async ensure(place: Place, moduleUrl: string): Promise<ThreadKey> {
    if (this.#closing) throw new Error('the system is stopping: it starts no more threads')
    if (typeof place !== 'number') return await this.#start(this.#freeSlot(), moduleUrl, place === 'process').boot.ready
    const running = this.#running.get(place)
    if (running === undefined) return await this.#start(place, moduleUrl, false).boot.ready
    const up = await running.boot.ready.catch(() => undefined)
    if (up !== undefined && this.#options.isConnected(up)) return up
    await running.ended
    return await this.ensure(place, moduleUrl)
  }

  /** Something in a thread must keep the process alive, or nothing must; the newer of two changes has the higher number, whichever comes first. */
  hold(thread: ThreadKey, number: number, active: boolean): void {
    const running = this.#running.get(slotOf(thread))
    if (running?.thread !== thread || number <= (this.#holds.get(thread) ?? 0)) return
    this.#holds.set(thread, number)
    // One that is ending is waited for.
    if (!active && !this.#options.isConnected(thread)) return
    if (active) running.vessel.ref()
    else running.vessel.unref()
  }

  /** A thread whose ports have closed is ending: Node waits until it is known, and logged, why. */
  awaitEnd(thread: ThreadKey): void {
    for (const running of this.#running.values()) if (running.thread === thread) running.vessel.ref()
  }

  /** So many listen to dead letters now. */
  listening(count: number): void {
    this.#processes.listening(count)
  }

  /** Threads of this process that have started and not ended. */
  get up(): readonly ThreadKey[] {
    const started = [...this.#running.values()].filter(({ thread, vessel }) => this.#started.has(thread) && !vessel.apart)
    return started.map(({ thread }) => thread)
  }

  /** Ends a thread, which is a death like any other. */
  end(thread: ThreadKey, why: string): void {
    for (const running of this.#running.values()) {
      if (running.thread !== thread) continue
      this.#reasons.set(thread, why)
      running.vessel.end(false)
    }
  }

  endStarting(): readonly StillLoading[] {
    const starting = [...this.#running.values()].filter(({ thread }) => !this.#started.has(thread))
    return starting.flatMap(({ boot }) => boot.giveUp() ?? [])
  }

  /** Ends all threads; those that are starting too. */
  async close(): Promise<void> {
    this.#closing = true
    const running = [...this.#running.values()]
    for (const { vessel, thread } of running) vessel.end(this.#started.has(thread))
    await Promise.all(running.map(({ ended }) => ended))
  }

  #freeSlot(): number {
    const first = this.#options.settings.facts.threads + 1
    for (let slot = first; slot < first + MAX_DEDICATED; slot++) if (!this.#running.has(slot)) return slot
    throw new RangeError(`spawn(): ${MAX_DEDICATED} threads and processes of their own run already; stop one, or use host: 'auto'`)
  }

  #start(slot: number, moduleUrl: string, inProcess: boolean): Running {
    const { settings, counts, resourceLimits } = this.#options
    const { loaderUrls } = inProcess ? this.#processes.loadingOf(moduleUrl) : loadingOf(moduleUrl)
    const thread = this.#newKey(slot)
    const past = this.#past(thread)
    const order: BootOrder = { thread, settings, moduleUrl, loaderUrls, past }
    const vessel = inProcess ? this.#processes.open(thread) : new WorkerVessel({ thread, counts, resourceLimits })
    const pairs = this.#pairs(thread, vessel)
    const running = this.#begin(order, vessel, pairs)
    this.#introduce(thread, pairs)
    return running
  }

  #newKey(slot: number): ThreadKey {
    const generation = this.#generations.get(slot) ?? 0
    this.#generations.set(slot, generation + 1)
    return threadKey(slot, generation)
  }

  /** Those that the new one will never meet. */
  #past(thread: ThreadKey): readonly ThreadKey[] {
    const others = this.#connected().map((one) => one.thread)
    return [...this.#generations].map(([at, next]) => threadKey(at, next - 1)).filter((one) => one !== thread && !others.includes(one))
  }

  #connected(): readonly Running[] {
    return [...this.#running.values()].filter(({ thread }) => this.#options.isConnected(thread))
  }

  #pairs(thread: ThreadKey, vessel: Vessel): ReadonlyMap<ThreadKey, Pair> {
    const others = [{ thread: MAIN, vessel: null }, ...this.#connected()]
    const { ledger, settings } = this.#options
    const rings = mayHaveRings(others.length + 1, settings.maxRingBytes)
    return new Map(others.map((there) => [there.thread, openPair({ ledger, rings }, there, { thread, vessel })]))
  }

  #introduce(thread: ThreadKey, pairs: ReadonlyMap<ThreadKey, Pair>): void {
    const left: Introduction[] = []
    for (const [peer, { first }] of pairs) {
      const vessel = this.#running.get(slotOf(peer))?.vessel
      if (vessel?.connect(thread, first as Parameters<Vessel['connect']>[1]) !== true) left.push({ peer, ports: first as PairPorts })
    }
    this.#options.introduce(thread, left)
  }

  #begin(order: BootOrder, vessel: Vessel, pairs: ReadonlyMap<ThreadKey, Pair>): Running {
    const { scheduler, startMs, now } = this.#options
    const { thread, moduleUrl } = order
    const boot = new BootWait({ thread, vessel, moduleUrl, scheduler, startMs, now })
    let over = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      over = resolve
    })
    const peers = [...pairs].map(([peer, { second }]) => ({ thread: peer, ports: second }))
    vessel.begin(order, peers, {
      onMessage: (message) => this.#take(thread, vessel, message, boot),
      onEnd: (end) => {
        boot.ended(end)
        this.#ended(thread, vessel, end)
        over()
      },
    })
    const running: Running = { thread, vessel, boot, ended }
    this.#running.set(slotOf(thread), running)
    boot.ready.then(
      () => this.#started.add(thread),
      () => vessel.end(false),
    )
    return running
  }

  #take(thread: ThreadKey, vessel: Vessel, message: BootMessage | LogMessage, boot: BootWait): void {
    if (message.kind === 'released') this.hold(thread, message.number, false)
    else if (message.kind === 'vacant') this.#vacated(thread, vessel)
    else if (message.kind === 'log') this.#options.onLog(message)
    else boot.told(message)
  }

  /** A thread of an actor's own ends with it, and that is no death. */
  #vacated(thread: ThreadKey, vessel: Vessel): void {
    vessel.end(this.#started.delete(thread))
  }

  /** One death, whether it was told by an error, an exit or both. */
  #ended(thread: ThreadKey, { label }: Vessel, end: VesselEnd): void {
    this.#holds.delete(thread)
    const slot = slotOf(thread)
    this.#running.delete(slot)
    clearSlot(this.#options.counts, slot, this.#options.ledger.ended(thread))
    const wasUp = this.#started.delete(thread)
    const reason = this.#reasons.get(thread)
    this.#reasons.delete(thread)
    if (this.#closing || !wasUp) return
    if (reason !== undefined) return this.#options.log.error(`${label} was ended: ${reason}; its actors are gone`)
    const { failure } = end
    const why = failure === undefined ? exitOf(end) : 'an error that nothing caught'
    this.#options.log.error(`${label} ended with ${why}; its actors are gone`, failure === undefined ? {} : { error: failure })
  }
}

/** Half of the memory for rings is for the first of each direction of every pair, half for their growth. */
function mayHaveRings(threads: number, maxRingBytes: number): boolean {
  return threads * (threads - 1) * bytesOfRing(FIRST_CAPACITY) <= maxRingBytes / 2
}
