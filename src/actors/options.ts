/** What options may hold: one schema for each place that takes some, one way to read them, and the defaults. */

import { z } from 'zod'
import type { Clock, Logger, Random } from '../base/world.js'
import type {
  Around,
  Authorise,
  Backoff,
  Budget,
  DefinitionOptions,
  Host,
  LightSpawnOptions,
  Mailbox,
  PoolOptions,
  Route,
  SpawnOptions,
  Supervision,
  SupervisionSettings,
} from './actor-options.js'
import type { ClientOptions, CronOptions, OffloadOptions, Select } from './agent-type.js'
import {
  abortSignal,
  audience,
  between,
  checked,
  either,
  flag,
  MAX_MS,
  name,
  oneOf,
  optionObject,
  port,
  timeout,
  timeZone,
  whole,
} from './option-schema.js'
import { quote } from './quote.js'
import type { ObserveOptions, SubscribeOptions } from './report-type.js'
import type { SignalOptions, SystemOptions, ThreadLimits } from './system-type.js'

/** A mailbox where nothing else is said. */
export const DEFAULT_MAILBOX: Required<Mailbox> = Object.freeze({ capacity: 10_000, overflow: 'reject' })

/** Supervision where nothing else is said. */
export const DEFAULT_SUPERVISION: SupervisionSettings = Object.freeze({
  onFailure: 'restart',
  backoff: Object.freeze({ minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.2 }),
  budget: Object.freeze({ restarts: 10, withinMs: 60_000 }),
  strategy: 'one-for-one',
  startMs: 10_000,
  overdueMs: 30_000,
})

/** The deadline of calls for which nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 5000

/** What the rings between threads may take. */
export const DEFAULT_MAX_RING_BYTES = 64 * 2 ** 20

/** How long an actor may hold its thread, where nothing else is said, before it is named. */
export const DEFAULT_BLOCKED_WARN_MS = 1000

const MAX_THREADS = 256
const run = functionOf<(...args: never[]) => never>()
const anything: z.ZodType<unknown> = z.unknown()

const mailbox = optionObject<Mailbox>({
  capacity: whole(1, 10_000_000),
  overflow: oneOf('reject', 'drop-newest', 'drop-oldest', 'wait'),
})

const backoff = optionObject<Backoff>({
  minMs: between(0, MAX_MS),
  maxMs: between(0, MAX_MS),
  factor: between(1, 100),
  jitter: between(0, 1),
}).refine(({ minMs, maxMs }) => minMs === undefined || maxMs === undefined || minMs <= maxMs, { path: ['maxMs'], error: 'at least minMs' })

const supervision = optionObject<Supervision>({
  onFailure: either<NonNullable<Supervision['onFailure']>>(
    "'restart', 'resume', 'stop', 'escalate' or a function",
    oneOf('restart', 'resume', 'stop', 'escalate'),
    run,
  ),
  backoff,
  budget: optionObject<Budget>({ restarts: whole(0, 1_000_000), withinMs: between(1, MAX_MS) }),
  strategy: oneOf('one-for-one', 'one-for-all', 'rest-for-one'),
  startMs: timeout,
  overdueMs: timeout,
})

const host = either<Host>(
  `'auto', 'inline', 'dedicated', 'process' or { thread: n } with n from 0 to ${MAX_THREADS}`,
  oneOf('auto', 'inline', 'dedicated', 'process'),
  optionObject<{ readonly thread: number }>({ thread: whole(0, MAX_THREADS) }, ['thread']),
)

const route = either<Route>(
  "'idle', 'round-robin', 'random', 'least-busy' or { hash: (method, args) => string }",
  oneOf('idle', 'round-robin', 'random', 'least-busy'),
  optionObject<{ readonly hash: () => string }>({ hash: run }, ['hash']),
)

const lightFields = { init: anything, supervision, mailbox }
const groups = z.array(name, 'an array of names').max(1000, 'at most 1000 names').readonly()
const spawnFields = { ...lightFields, name, audience, groups, host, timeoutMs: timeout, signal: abortSignal }

function functionOf<T>(): z.ZodType<T> {
  return checked<T>('a function', (value) => typeof value === 'function')
}

/** Of `service` and `actor`. */
export const definitionOptions = optionObject<DefinitionOptions>({
  audience,
  groups,
  visibility: oneOf('visible', 'hidden'),
  mailbox,
  supervision,
  host,
  concurrency: either<number>('a whole number from 1 to 1 000 000, or Infinity', whole(1, 1_000_000), z.literal(Number.POSITIVE_INFINITY)),
  authorise: functionOf<Authorise>(),
  around: functionOf<Around>(),
})

/** Of `spawn` for a light actor. */
export const lightSpawnOptions = optionObject<LightSpawnOptions>(lightFields)

/** Of `spawn`. */
export const spawnOptions = optionObject<SpawnOptions>(spawnFields)

/** Of `pool`. */
export const poolOptions = optionObject<PoolOptions>({ ...spawnFields, size: whole(1, 1000), route }, ['size'])

const select = either<Select>(
  "'first', 'random', 'round-robin' or { sticky: key } with a string as key",
  oneOf('first', 'random', 'round-robin'),
  optionObject<{ readonly sticky: string }>({ sticky: z.string() }, ['sticky']),
)

/** Of `client`. */
export const clientOptions = optionObject<ClientOptions>({ select })

/** Of `offload`. */
export const offloadOptions = optionObject<OffloadOptions>({
  signal: abortSignal,
  isolate: z.literal('process', { error: "'process', or leave it out for a thread" }),
})

/** Of `cron`. */
export const cronOptions = optionObject<CronOptions>({ timezone: timeZone })

const megabytes = between(1, 1_048_576)

/** Of `subscribe`. */
export const subscribeOptions = optionObject<SubscribeOptions>({
  capacity: whole(1, 1_000_000),
  overflow: oneOf('drop-oldest', 'drop-newest', 'latest', 'close'),
  signal: abortSignal,
})

/** Of `announcements`. */
export const observeOptions = optionObject<ObserveOptions>({ signal: abortSignal })

/** Of `stopOnSignals`. */
export const signalOptions = optionObject<SignalOptions>({ drainMs: between(0, Number.POSITIVE_INFINITY), exit: flag })

const timeoutOrNever = either<number | false>(
  `more than 0 and at most ${MAX_MS} (milliseconds), or Infinity or false for never`,
  timeout,
  z.literal(false),
)

/** Of `createSystem`. */
export const systemOptions = optionObject<SystemOptions>({
  name,
  threads: either<number | 'auto'>(`0 to ${MAX_THREADS} or 'auto'`, whole(0, MAX_THREADS), z.literal('auto')),
  id: name,
  audience,
  timeoutMs: timeout,
  validate: oneOf('always', 'boundary', 'never'),
  strict: flag,
  share: flag,
  log: port<Logger>('logger', 'debug', 'info', 'warn', 'error'),
  clock: port<Clock>('clock', 'now', 'wall'),
  random: port<Random>('random source', 'next'),
  blockedWarnMs: timeoutOrNever,
  blockedEndMs: timeoutOrNever,
  resourceLimits: optionObject<ThreadLimits>({
    maxOldGenerationSizeMb: megabytes,
    maxYoungGenerationSizeMb: megabytes,
    codeRangeSizeMb: megabytes,
    stackSizeMb: megabytes,
  }),
  maxRingBytes: whole(0, 2 ** 31 - 1),
})

/**
 * Reads options; left out altogether they are empty. The result is frozen, and has no key that was `undefined`.
 *
 * - **Errors**: one TypeError that begins with `action`, names every wrong value and says what is allowed.
 */
export function parseOptions<T>(schema: z.ZodType<T>, value: unknown, action: string): T {
  const given = value === undefined ? {} : value
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw new TypeError(`${action}: ${result.error.issues.map((issue) => complaint(issue, given)).join('; ')}`)
}

function complaint(issue: z.core.$ZodIssue, given: unknown): string {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key].join('.'), issue.message)).join('; ')
  const wrong = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given)
  return `${path.join('.') || 'options'} is ${wrong === undefined ? 'missing' : quote(wrong)}; give ${issue.message}`
}

function unknownKey(path: string, known: string): string {
  return `${path} is no option; the options are ${known}`
}
