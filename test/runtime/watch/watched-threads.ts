/** Threads of one system in one realm, each with a clock of its own, so that one can stand still while another looks at it. */
import { createCore } from '../../../src/actors/create-core.js'
import { spawn } from '../../../src/actors/facade/spawning.js'
import type { Core } from '../../../src/actors/kernel/core.js'
import { type ThreadKey, threadKey } from '../../../src/base/ids.js'
import type { Clock, LogFields, Logger, Scheduler } from '../../../src/base/world.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'
import { newSharedCounts, type SharedCounts, vitalsIn } from '../../../src/runtime/threads/shared-counts.js'
import { ThreadRuntime } from '../../../src/runtime/threads/thread-runtime.js'
import { Lookout } from '../../../src/runtime/watch/lookout.js'
import { Watch, type WatchParts } from '../../../src/runtime/watch/watch.js'

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

/** A clock that runs on without the thread, as it does for one that is held. */
export class OwnTime implements Clock, Scheduler {
  #nowMs = 1000
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#nowMs
  }

  wall(): number {
    return this.#nowMs
  }

  timer(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  macrotask(run: () => void): void {
    setImmediate(run)
  }

  microtask(run: () => void): void {
    queueMicrotask(run)
  }

  get nextDueMs(): number {
    return Math.min(...[...this.#timers].map(({ dueMs }) => dueMs))
  }

  /** Time passes, and no timer runs. */
  hold(ms: number): void {
    this.#nowMs += ms
  }

  /** Timers that are due run. */
  turn(): void {
    for (const timer of [...this.#timers]) if (timer.dueMs <= this.#nowMs && this.#timers.delete(timer)) timer.run()
  }

  /** Time passes as it should. */
  pass(ms: number): void {
    const end = this.#nowMs + ms
    while (this.nextDueMs <= end) {
      this.#nowMs = Math.max(this.#nowMs, this.nextDueMs)
      this.turn()
    }
    this.#nowMs = end
  }
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

export interface WatchedThread {
  readonly core: Core
  readonly time: OwnTime
  readonly watch: Watch
  spawn(definition: unknown, options?: object): object
}

/** What a test may want otherwise. */
export type RigOptions = Partial<WatchParts> & { readonly cpuShare?: number; readonly debugged?: boolean }

export class Rig {
  readonly lines: LogLine[] = []
  readonly counts: SharedCounts
  readonly ended: (readonly [ThreadKey, string])[] = []
  /** Processor time that was not used, since the process was paused. */
  pausedMs = 0
  /** Worker threads that are up. */
  readonly up: ThreadKey[] = []
  readonly #options: RigOptions

  constructor(options: RigOptions = {}) {
    this.counts = newSharedCounts(4)
    this.#options = options
  }

  get messages(): readonly string[] {
    return this.lines.map(({ message }) => message)
  }

  lookout(slot: number): Lookout {
    return new Lookout(vitalsIn(this.counts, slot), nodeWorld({ hold: () => undefined }).text)
  }

  start(slot: number): WatchedThread {
    const time = new OwnTime()
    const thread = threadKey(slot, 0)
    const world = { ...nodeWorld({ log: this.#log(), clock: time, hold: () => undefined }), scheduler: time }
    const facts = { name: 'watched', process: { id: 'process', incarnation: '1', host: '', pid: 1 }, threads: 4 }
    const options = { facts, process: 'process', thread, audience: '*', timeoutMs: 5000, validate: 'always' as const }
    const core = createCore(world, { ...options, share: false, strict: false })
    new ThreadRuntime(core)
    if (slot > 0) this.up.push(thread)
    const watch = new Watch({ ...this.#parts(core, time), ...this.#options })
    watch.start()
    return { core, time, watch, spawn: (definition, how) => spawn(core, core.root.life, definition, how, 'inline') }
  }

  #parts(core: Core, time: OwnTime): WatchParts {
    const { cpuShare = 1, debugged = false } = this.#options
    return {
      core,
      counts: this.counts,
      gauges: {
        nowMs: () => time.now(),
        cpuMs: () => time.now() * cpuShare - this.pausedMs,
        heap: () => ({ usedBytes: 1000, limitBytes: 2000 }),
        loop: (last) => ({ utilization: last === undefined ? 0 : 0.5, now: 'measured' }),
        isDebugged: () => debugged,
      },
      limits: { warnMs: 1000, endMs: Number.POSITIVE_INFINITY },
      log: core.world.log,
      timesTurns: true,
      ...(core.slot === 0 ? { workers: () => this.up, end: (thread, why) => void this.ended.push([thread, why]) } : {}),
    }
  }

  #log(): Logger {
    const at = (level: string) => (message: string, fields?: LogFields) => void this.lines.push({ level, message, fields })
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }
}

/** Time passes for several threads alike. */
export function pass(ms: number, ...threads: readonly WatchedThread[]): void {
  for (let passed = 0; passed < ms; passed += 50) for (const { time } of threads) time.pass(Math.min(50, ms - passed))
}

/** Lets everything happen that is ready to. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => void setImmediate(resolve))
}
