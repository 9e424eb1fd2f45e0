import { AsyncLocalStorage } from 'node:async_hooks'
import { writeSync } from 'node:fs'
import { format } from 'node:util'
import type { AsyncContext, Clock, LogFields, Logger, Random, Scheduler, TextBytes, World } from '../base/world.js'

/** The ports of a thread, implemented by Node. This and its neighbors on the seam list are the only files that name them. */
export interface NodeWorldOptions {
  readonly log?: Logger | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** Told when something here must keep the process alive, and when nothing must any more. */
  readonly hold: (active: boolean) => void
}

export function nodeWorld(options: NodeWorldOptions): World {
  return {
    clock: options.clock ?? nodeClock,
    scheduler: nodeScheduler,
    random: options.random ?? nodeRandom,
    text: nodeText,
    context: nodeContext(),
    log: options.log === undefined ? consoleLog : guarded(options.log),
    hold: options.hold,
  }
}

const nodeClock: Clock = { now: () => performance.now(), wall: () => Date.now() }

const nodeRandom: Random = { next: () => Math.random() }

/** Node clamps longer delays to 1 ms (documentation of `setTimeout`). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

const RESOLVED = Promise.resolve()

export const nodeScheduler: Scheduler = {
  timer(delayMs, run) {
    const timeout = setTimeout(run, Math.min(delayMs, LONGEST_TIMEOUT_MS))
    timeout.unref()
    return () => clearTimeout(timeout)
  },
  macrotask: (run) => void setImmediate(run),
  // Three times as fast as `queueMicrotask`, which makes an async resource for each; a throw ends the process all the same.
  microtask: (run) => void RESOLVED.then(run),
}

/** Tells of each timer and macrotask that has run; microtasks come before one. */
export function watchedScheduler({ timer, macrotask, microtask }: Scheduler, onRun: () => void): Scheduler {
  const watched = (run: () => void) => (): void => {
    try {
      run()
    } finally {
      onRun()
    }
  }
  return {
    timer: (delayMs, run) => timer(delayMs, watched(run)),
    macrotask: (run) => macrotask(watched(run)),
    microtask,
  }
}

/** Made when first used: it slows every promise of its thread (measured: 2.6 × on Node 20). */
function nodeContext(): AsyncContext {
  let storage: AsyncLocalStorage<unknown> | null = null
  return {
    get: () => storage?.getStore(),
    run(value, begin) {
      storage ??= new AsyncLocalStorage()
      return storage.run(value, begin)
    },
  }
}

interface Utf8 {
  utf8Write(text: string, at: number): number
  utf8Slice(start: number, end: number): string
}

const { utf8Write, utf8Slice } = Buffer.prototype as unknown as Utf8

/** `Buffer` reads and writes short text several times faster than `TextDecoder` and `TextEncoder`. */
export const nodeText: TextBytes = {
  write: (text, bytes, at) => utf8Write.call(bytes, text, at),
  read: (bytes, start, end) => utf8Slice.call(bytes, start, end),
}

/** One line a record on standard error; debug records only where `DEBUG` names troupe. */
const consoleLog: Logger = {
  debug: (message, fields) => {
    if (/\btroupe\b|\*/.test(process.env['DEBUG'] ?? '')) print('debug', message, fields)
  },
  info: (message, fields) => print('info', message, fields),
  warn: (message, fields) => print('warn', message, fields),
  error: (message, fields) => print('error', message, fields),
}

/** A logger of the user's: when it fails, its failure and the record go to the console, and the actors go on. */
function guarded(log: Logger): Logger {
  const guard =
    (level: Level) =>
    (message: string, fields?: LogFields): void => {
      try {
        log[level](message, fields)
      } catch (error) {
        print('error', 'the logger given to createSystem failed', { error })
        print(level, message, fields)
      }
    }
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') }
}

type Level = 'debug' | 'info' | 'warn' | 'error'

function print(level: Level, message: string, fields: LogFields = {}): void {
  // biome-ignore lint/suspicious/noConsole: this is the log that goes to the console
  console.error(...lineOf(level, message, fields))
}

function lineOf(level: Level, message: string, { error, ...rest }: LogFields): readonly unknown[] {
  const extras = Object.keys(rest).length === 0 ? [] : [rest]
  return [`[troupe] ${level}: ${message}`, ...extras, ...(error === undefined ? [] : [error])]
}

/** Its number in every process. */
const STANDARD_ERROR = 2

/** The console of a worker thread goes through thread 0; this does not. */
function printNow(level: Level, message: string, fields: LogFields = {}): void {
  try {
    writeSync(STANDARD_ERROR, `${format(...lineOf(level, message, fields))}\n`)
  } catch {
    // A pipe that is full or closed: thread 0 will see.
    print(level, message, fields)
  }
}

/** As the log that goes to the console, also while thread 0 is held. */
export const consoleNow: Logger = {
  debug: consoleLog.debug,
  info: (message, fields) => printNow('info', message, fields),
  warn: (message, fields) => printNow('warn', message, fields),
  error: (message, fields) => printNow('error', message, fields),
}

/** Keeps the process alive while it is held; an idle one lets it end. */
export function processHold(): (active: boolean) => void {
  let keeper: NodeJS.Timeout | null = null
  return (active) => {
    if (active) {
      keeper ??= setInterval(() => undefined, LONGEST_TIMEOUT_MS)
    } else if (keeper !== null) {
      clearInterval(keeper)
      keeper = null
    }
  }
}

/** For identities: 53 random bits a number, from the operating system. */
export const secureRandom: Random = {
  next: () => {
    const words = crypto.getRandomValues(new Uint32Array(2))
    return ((words[0] as number) * 2 ** 21 + ((words[1] as number) >>> 11)) / 2 ** 53
  },
}
