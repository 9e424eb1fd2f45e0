import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads'
import type { Validate } from '../../actors/kernel/core.js'
import type { SystemFacts } from '../../actors/self-type.js'
import { slotOf, type ThreadKey, threadKey } from '../../base/ids.js'
import type { Logger, Scheduler } from '../../base/world.js'
import { bytesOfRing, FIRST_CAPACITY } from '../links/ring/layout.js'
import { BOOTSTRAP, type BootMessage } from './bootstrap.js'
import type { PairPorts } from './control.js'
import type { LinkLedger } from './link-ledger.js'
import { endedEarly, errorFrom, failedToLoad, loadedTooLong } from './load-failures.js'
import { loadingOf } from './loader.js'
import type { LogMessage } from './log-forwarding.js'
import { clearSlot, MAX_DEDICATED, type SharedCounts } from './shared-counts.js'
import type { Threads } from './threads.js'

/** What all threads of a system must know alike. */
export interface ThreadSettings {
  readonly facts: SystemFacts
  readonly audience: string
  readonly timeoutMs: number
  readonly validate: Validate
  readonly share: boolean
  readonly strict: boolean
  /** The program has a logger of its own: records of all threads go there. */
  readonly forwardsLog: boolean
  /** Threads that can run at once. */
  readonly cores: number
  readonly maxRingBytes: number
}

/** A thread that runs when another is made. */
export interface BootPeer {
  readonly thread: ThreadKey
  readonly ports: PairPorts
  /** It has ended while the new one loaded; a port says that once. Set by the bootstrap. */
  readonly isOver?: boolean
}

/** What a thread is started with. */
export interface BootOrder {
  readonly thread: ThreadKey
  readonly settings: ThreadSettings
  readonly counts: SharedCounts
  readonly moduleUrl: string
  readonly loaderUrls: readonly string[]
  readonly peers: readonly BootPeer[]
  /** Threads that have ended, the newest of their slots: it will never be connected with them. */
  readonly past: readonly ThreadKey[]
}

interface Running {
  readonly thread: ThreadKey
  readonly worker: Worker
  /** Resolves when it is ready. */
  readonly ready: Promise<ThreadKey>
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
}

interface Starting {
  readonly worker: Worker
  readonly thread: ThreadKey
  readonly moduleUrl: string
  /** The error that ended it, if one did. */
  readonly failure: () => unknown
}

export interface ThreadTableOptions {
  readonly settings: ThreadSettings
  readonly counts: SharedCounts
  readonly log: Logger
  readonly scheduler: Scheduler
  readonly resourceLimits: ResourceLimits | undefined
  readonly startMs: number
  /** False once the ports of a thread have closed: it is ending. */
  readonly isConnected: (thread: ThreadKey) => boolean
  /** Takes a record that a thread has logged. */
  readonly onLog: (message: LogMessage) => void
  readonly ledger: LinkLedger
  /** Gives the new thread's ports to thread 0 and to the threads that run. */
  readonly introduce: (thread: ThreadKey, ports: readonly { readonly peer: ThreadKey; readonly ports: PairPorts }[]) => void
}

/** The worker threads of a system: thread 0 alone starts them and hears of their end. */
export class ThreadTable implements Threads {
  readonly #options: ThreadTableOptions
  readonly #running = new Map<number, Running>()
  readonly #generations = new Map<number, number>()
  readonly #started = new Set<ThreadKey>()
  #closing = false

  constructor(options: ThreadTableOptions) {
    this.#options = options
  }

  /** The one whose module fails to load rejects with the module's error. */
  async ensure(slot: number | 'dedicated', moduleUrl: string): Promise<ThreadKey> {
    if (this.#closing) throw new Error('the system is stopping: it starts no more threads')
    const at = slot === 'dedicated' ? this.#freeSlot() : slot
    const running = this.#running.get(at)
    if (running !== undefined) {
      const up = await running.ready.catch(() => undefined)
      if (up !== undefined && this.#options.isConnected(up)) return up
      await running.ended
      return await this.ensure(at, moduleUrl)
    }
    return await this.#start(at, moduleUrl).ready
  }

  /** Something in a thread must keep the process alive, or nothing must. */
  hold(thread: ThreadKey, active: boolean): void {
    const running = this.#running.get(slotOf(thread))
    if (running?.thread !== thread) return
    if (active) running.worker.ref()
    else running.worker.unref()
  }

  /** A thread whose ports have closed is ending: Node waits until it is known, and logged, why. */
  awaitEnd(thread: ThreadKey): void {
    for (const running of this.#running.values()) if (running.thread === thread) running.worker.ref()
  }

  async close(): Promise<void> {
    this.#closing = true
    const running = [...this.#running.values()]
    await Promise.all(running.map(({ worker }) => worker.terminate()))
    await Promise.all(running.map(({ ended }) => ended))
  }

  #connected(): readonly ThreadKey[] {
    return [...this.#running.values()].map(({ thread }) => thread).filter(this.#options.isConnected)
  }

  #freeSlot(): number {
    const first = this.#options.settings.facts.threads + 1
    for (let slot = first; slot < first + MAX_DEDICATED; slot++) if (!this.#running.has(slot)) return slot
    throw new RangeError(`spawn(): ${MAX_DEDICATED} threads of their own run already; stop one, or use host: 'auto'`)
  }

  #start(slot: number, moduleUrl: string): Running {
    const { settings, counts, introduce, resourceLimits } = this.#options
    const { loaderUrls } = loadingOf(moduleUrl)
    const generation = this.#generations.get(slot) ?? 0
    const thread = threadKey(slot, generation)
    this.#generations.set(slot, generation + 1)
    const others = ['0' as ThreadKey, ...this.#connected()]
    const past = [...this.#generations]
      .map(([at, next]) => threadKey(at, next - 1))
      .filter((one) => one !== thread && !others.includes(one))
    const rings = this.#mayHaveRings(others.length + 1)
    const pairs = others.map((peer) => ({ peer, ...this.#channels(peer, thread, rings) }))
    const order: BootOrder = {
      thread,
      settings,
      counts,
      moduleUrl,
      loaderUrls,
      peers: pairs.map(({ peer, theirs }) => ({ thread: peer, ports: theirs })),
      past,
    }
    const worker = new Worker(BOOTSTRAP, {
      eval: true,
      name: `${settings.facts.name}-${thread}`,
      workerData: { troupe: order },
      transferList: pairs.flatMap(({ theirs }) => [theirs.frames, theirs.control]),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    })
    const running = this.#follow(slot, thread, worker, moduleUrl)
    introduce(
      thread,
      pairs.map(({ peer, ours }) => ({ peer, ports: ours })),
    )
    return running
  }

  #follow(slot: number, thread: ThreadKey, worker: Worker, moduleUrl: string): Running {
    worker.unref()
    let failure: unknown
    worker.on('error', (error) => {
      failure = error
    })
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        this.#ended(slot, thread, code, failure)
        resolve()
      })
    })
    worker.on('message', (message: BootMessage | LogMessage) => {
      if (message.kind === 'vacant') this.#vacated(thread, worker)
      else if (message.kind === 'log') this.#options.onLog(message)
    })
    const ready = this.#awaitReady({ worker, thread, moduleUrl, failure: () => failure })
    const running: Running = { thread, worker, ready, ended }
    this.#running.set(slot, running)
    ready.then(
      () => this.#started.add(thread),
      () => void worker.terminate(),
    )
    return running
  }

  /** Two phases with one deadline: the thread has booted, its definitions are loaded. */
  #awaitReady({ worker, thread, moduleUrl, failure }: Starting): Promise<ThreadKey> {
    const { scheduler, startMs } = this.#options
    return new Promise((resolve, reject) => {
      let booted = false
      const cancel = scheduler.timer(startMs, () => {
        reject(
          booted
            ? loadedTooLong(slotOf(thread), moduleUrl, startMs)
            : new Error(`thread ${slotOf(thread)} did not boot within ${startMs} ms`),
        )
      })
      worker.on('message', (message: BootMessage) => {
        if (message.kind === 'booted') booted = true
        else if (message.kind === 'ready') resolve(thread)
        else if (message.kind === 'failed') reject(failedToLoad(slotOf(thread), moduleUrl, errorFrom(message.error)))
        if (message.kind === 'ready' || message.kind === 'failed') cancel()
      })
      worker.unref()
      worker.once('exit', (code) => {
        cancel()
        reject(endedEarly(slotOf(thread), moduleUrl, code, failure()))
      })
    })
  }

  /** A thread of an actor's own ends with it, and that is no death. */
  #vacated(thread: ThreadKey, worker: Worker): void {
    this.#started.delete(thread)
    void worker.terminate()
  }

  /** Both ends of what connects a new thread with one that is there. */
  #channels(peer: ThreadKey, thread: ThreadKey, rings: boolean): Channels {
    const { ledger } = this.#options
    const frames = new MessageChannel()
    const control = new MessageChannel()
    const [to, from] = [ledger.open(peer, thread), ledger.open(thread, peer)]
    return {
      ours: { frames: frames.port1, rings, control: control.port1, outgoing: to, incoming: from },
      theirs: { frames: frames.port2, rings, control: control.port2, outgoing: from, incoming: to },
    }
  }

  /** Half of the memory for rings is for the first of each direction of every pair, half for their growth. */
  #mayHaveRings(threads: number): boolean {
    const directions = threads * (threads - 1)
    return directions * bytesOfRing(FIRST_CAPACITY) <= this.#options.settings.maxRingBytes / 2
  }

  /** One death, whether it was told by an error, an exit or both. */
  #ended(slot: number, thread: ThreadKey, code: number, failure: unknown): void {
    this.#running.delete(slot)
    clearSlot(this.#options.counts, slot, this.#options.ledger.ended(thread))
    const wasUp = this.#started.delete(thread)
    if (this.#closing || !wasUp) return
    const why = failure === undefined ? `exit code ${code}` : 'an error that nothing caught'
    this.#options.log.error(`thread ${slot} ended with ${why}; its actors are gone`, failure === undefined ? {} : { error: failure })
  }
}

interface Channels {
  readonly ours: PairPorts
  readonly theirs: PairPorts
}
