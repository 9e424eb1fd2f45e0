import type { Core } from '../../actors/kernel/core.js'
import { type ThreadKey, threadKey } from '../../base/ids.js'
import type { World } from '../../base/world.js'
import type { ThreadsParts } from '../../runtime/create-system.js'
import type { WorkerControl } from '../../runtime/threads/control.js'
import { endedEarly } from '../../runtime/threads/load-failures.js'
import { forwardingLog, type LogMessage, takeRecord } from '../../runtime/threads/log-forwarding.js'
import type { Place } from '../../runtime/threads/placement.js'
import { clearSlot, MAX_DEDICATED } from '../../runtime/threads/shared-counts.js'
import type { Threads } from '../../runtime/threads/threads.js'
import { Course } from './course.js'
import type { MemoryChannel, MemoryNetwork } from './memory-network.js'
import { type MemoryEnd, memoryPair } from './memory-pair.js'
import { MemoryThread, simulatedExtras } from './memory-thread.js'

const MAIN = '0' as ThreadKey

/** The end of a pair that a thread holds, and whom it leads to. */
interface Lead {
  readonly peer: ThreadKey
  readonly end: MemoryEnd
}

interface Running {
  readonly thread: MemoryThread
  readonly moduleUrl: string
  readonly course: Course<ThreadKey>
  /** What it tells of itself, in order: that it is up, that its actor has gone, its end. */
  readonly says: MemoryChannel
}

/** Who hears of simulated threads. */
export interface ThreadWatcher {
  onBoot(core: Core): void
  /** The system has stopped, and ends a thread. */
  onClose(core: Core): void
}

/** The simulated threads of a test system: started when first needed, as worker threads are. No module is loaded. */
export class SimulatedTable implements Threads {
  readonly #parts: ThreadsParts
  readonly #world: World
  readonly #network: MemoryNetwork
  readonly #watcher: ThreadWatcher
  readonly #running = new Map<number, Running>()
  readonly #generations = new Map<number, number>()
  #closing = false

  constructor(parts: ThreadsParts, network: MemoryNetwork, watcher: ThreadWatcher) {
    this.#watcher = watcher
    this.#parts = parts
    this.#network = network
    this.#world = parts.runtime.core.world
  }

  /** Those that live. */
  get living(): readonly MemoryThread[] {
    return [...this.#running.values()].map(({ thread }) => thread).filter(({ alive }) => alive)
  }

  async ensure(place: Place, moduleUrl: string): Promise<ThreadKey> {
    if (this.#closing) throw new Error('the system is stopping: it starts no more threads')
    const at = typeof place === 'number' ? place : this.#freeSlot()
    const running = this.#running.get(at)
    if (running === undefined) return await this.#start(at, moduleUrl)
    const { thread, course } = running
    const up = await course.ready.catch(() => undefined)
    if (up !== undefined && thread.alive) return up
    await course.ended
    return await this.ensure(at, moduleUrl)
  }

  /**
   * Ends a thread as the death of a worker thread does.
   *
   * @throws Error when there is none of that number
   */
  kill(slot: number): void {
    const running = this.#running.get(slot)
    if (running?.thread.alive !== true) throw new Error(`thread ${slot} does not run; a thread is started when an actor is placed there`)
    const { thread, says } = running
    thread.die(true)
    says.end(this.#network.drawKept(says), () => this.#ended(running, 'was killed'))
  }

  /** They share memory with thread 0, which says it there. */
  listening(): void {}

  /** Loading is over in no time: there is nothing to tell. */
  endStarting(): readonly never[] {
    for (const running of this.#running.values()) if (!running.course.isUp) this.#terminate(running)
    return []
  }

  async close(): Promise<void> {
    this.#closing = true
    const running = [...this.#running.values()]
    for (const thread of this.living) if (thread.up) this.#watcher.onClose(thread.runtime.core)
    for (const one of running) this.#terminate(one)
    await Promise.all(running.map(({ course }) => course.ended))
  }

  #freeSlot(): number {
    const first = this.#parts.settings.facts.threads + 1
    for (let slot = first; slot < first + MAX_DEDICATED; slot++) if (!this.#running.has(slot)) return slot
    throw new RangeError(`spawn(): ${MAX_DEDICATED} threads of their own run already; stop one, or use host: 'auto'`)
  }

  #start(slot: number, moduleUrl: string): Promise<ThreadKey> {
    const generation = this.#generations.get(slot) ?? 0
    this.#generations.set(slot, generation + 1)
    const key = threadKey(slot, generation)
    const others = this.living
    const says = this.#network.newChannel()
    const thread = this.#newThread(key, () => says.post(() => this.#terminate(running)))
    const running: Running = { thread, moduleUrl, course: new Course(), says }
    this.#running.set(slot, running)
    this.#boot(running, [this.#joinMain(thread), ...others.map((other) => this.#join(thread, other))])
    return running.course.ready
  }

  #newThread(key: ThreadKey, vacated: () => void): MemoryThread {
    const { settings, counts, runtime } = this.#parts
    const take = (record: LogMessage): void => takeRecord(runtime.core, record)
    const log = settings.forwardsLog ? forwardingLog(() => ({ core: thread.runtime.core, apart: false }), take) : this.#world.log
    const world = { ...this.#world, log }
    const extras = simulatedExtras(world.random)
    const thread: MemoryThread = new MemoryThread({ thread: key, settings, counts, world, extras, vacated })
    return thread
  }

  /** Loading takes a while that the seed decides; whoever has died by then it never meets. */
  #boot({ thread, course, says }: Running, leads: readonly Lead[]): void {
    const loading = this.#network.newChannel()
    loading.post(() => {
      if (!thread.alive) return
      const known = leads.filter(({ peer }) => this.#lives(peer))
      const { runtime, connect } = thread.boot(this.#past(known.map(({ peer }) => peer)))
      this.#watcher.onBoot(runtime.core)
      for (const { peer, end } of known) connect(peer, end)
      says.post(() => course.up(thread.key))
    })
    loading.open()
    says.open()
  }

  #lives(thread: ThreadKey): boolean {
    return thread === MAIN || this.living.some(({ key }) => key === thread)
  }

  /** Threads that have ended, the newest of their slots. */
  #past(known: readonly ThreadKey[]): readonly ThreadKey[] {
    const newest = [...this.#generations].map(([slot, next]) => threadKey(slot, next - 1))
    return newest.filter((thread) => !known.includes(thread) && !this.#lives(thread))
  }

  #joinMain(thread: MemoryThread): Lead {
    const { runtime, expose } = this.#parts
    const [ours, theirs] = this.#pair(MAIN, thread.key)
    const way = ours.toWay()
    runtime.connect(thread.key, way, (made) => way.expose(expose(made)))
    thread.own(theirs)
    return { peer: MAIN, end: theirs }
  }

  #join(thread: MemoryThread, other: MemoryThread): Lead {
    const [ours, theirs] = this.#pair(other.key, thread.key)
    other.own(ours)
    thread.own(theirs)
    const control = this.#parts.runtime.connection(other.key)?.control as WorkerControl<MemoryEnd> | undefined
    control?.connect(thread.key, ours)
    return { peer: other.key, end: theirs }
  }

  #pair(peer: ThreadKey, thread: ThreadKey): readonly [MemoryEnd, MemoryEnd] {
    const { ledger } = this.#parts
    const counts = [ledger.open(peer, thread), ledger.open(thread, peer)] as const
    return memoryPair({ network: this.#network, text: this.#world.text, counts })
  }

  /** What it has sent arrives, and that is no death. */
  #terminate(running: Running): void {
    const { thread, says } = running
    if (!thread.alive) return
    thread.die(false)
    says.end(says.travelling, () => this.#ended(running, null))
  }

  /** `how`: what is worth a word. */
  #ended({ thread: { slot, key }, moduleUrl, course }: Running, how: string | null): void {
    const { counts, ledger } = this.#parts
    this.#running.delete(slot)
    clearSlot(counts, slot, ledger.ended(key))
    if (how !== null && course.isUp && !this.#closing) this.#world.log.error(`thread ${slot} ${how}; its actors are gone`)
    course.end(endedEarly(`thread ${slot}`, moduleUrl, { code: 1, signal: null, failure: undefined }))
  }
}
