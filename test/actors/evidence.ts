/** What tests of actors look at: records of the log, failures, moments that are awaited. */

import { expect } from 'vitest'
import { type Cell, childrenOf } from '../../src/actors/kernel/cell.js'
import type { Core } from '../../src/actors/kernel/core.js'
import type { Logger } from '../../src/base/world.js'

/** One record of a log. */
export interface LogRecord {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger that keeps what it is given. */
export function recordingLog(): Logger & { readonly records: readonly LogRecord[] } {
  const records: LogRecord[] = []
  const at =
    (level: keyof Logger) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void records.push({ level, message, fields })
  return { records, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** What a promise rejects with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`resolved with ${String(value)}; expected a failure`)
}

/** How a promise stands, without waiting for it. */
export function outcomeOf(promise: PromiseLike<unknown>): { state: 'pending' | 'resolved' | 'rejected'; value: unknown } {
  const outcome: ReturnType<typeof outcomeOf> = { state: 'pending', value: undefined }
  promise.then(
    (value) => Object.assign(outcome, { state: 'resolved', value }),
    (value: unknown) => Object.assign(outcome, { state: 'rejected', value }),
  )
  return outcome
}

/** A promise that is settled from outside. */
export interface Gate<T = void> {
  readonly passed: Promise<T>
  open(value: T): void
  break(error: unknown): void
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  passed.catch(() => undefined)
  return { passed, open, break: fail }
}

interface Counted {
  readonly sent: number
  readonly delivered: number
  readonly mailboxDepth: number
  readonly dropped: Readonly<Record<string, number>>
}

/** Promise 3: every message that was sent is delivered, dropped or waiting. */
export function expectNoSilentLoss(stats: { readonly totals: Counted }): void {
  const { sent, delivered, mailboxDepth, dropped } = stats.totals
  const lost = Object.values(dropped).reduce((sum, one) => sum + one, 0)
  expect({ sent, adds: 'up' }).toEqual({ sent: delivered + lost + mailboxDepth, adds: 'up' })
  for (const count of [sent, delivered, mailboxDepth, ...Object.values(dropped)]) expect(count).toBeGreaterThanOrEqual(0)
}

/** All that a stream gives. */
export async function itemsOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** A stream that is read by hand, one `next` at a time. */
export function readerOf<T>(stream: AsyncIterable<T>): Required<Pick<AsyncIterator<T, undefined>, 'next' | 'return'>> {
  return stream[Symbol.asyncIterator]() as Required<Pick<AsyncIterator<T, undefined>, 'next' | 'return'>>
}

/** The inside of a system. */
export function coreOf(system: object): Core {
  return (system as { readonly core: Core }).core
}

/** Nothing keeps the process alive, nothing is due, nothing is owed or runs any more, and the counters add up. */
export async function expectNothingLeft(system: { settled(): Promise<void>; stats(): { readonly totals: Counted } }): Promise<void> {
  await system.settled()
  const core = coreOf(system)
  expect({ active: core.active, due: core.deadlines.size, busy: busyActors(core.root) }).toEqual({ active: 0, due: 0, busy: [] })
  expectNoSilentLoss(system.stats())
}

function busyActors(cell: Cell): string[] {
  const own = cell.finished ? [] : [cell.name || cell.id]
  return [...own, ...childrenOf(cell).flatMap(busyActors)]
}
