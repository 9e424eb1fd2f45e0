/** The verbs of `self` and of the system that a simulation uses, without their types. */

import type { Binding } from '../../src/actors/kernel/binding.js'
import type { Remote } from '../../src/actors/remote-type.js'

export interface Handle {
  readonly ready: Promise<void>
  close(): void
}

/** Something to hear of, with a listener or read. */
export interface Heard extends Handle {
  [Symbol.asyncIterator](): AsyncIterator<never, undefined>
}

export interface Report {
  readonly publisher: Binding
  readonly subject: string
  readonly content: { readonly by: string; readonly n: number }
  readonly retained: boolean
  readonly missed: number
}

export interface SubscriptionChange {
  readonly status: 'requested' | 'withdrawn'
  readonly pattern: string
  readonly subscriber: Binding
}

export interface Announced {
  readonly kind: 'service' | 'group'
  readonly status: 'available' | 'withdrawn'
  readonly binding: Binding
  readonly group?: string
}

export interface Agent {
  lookup(where: unknown, options?: object): Promise<Remote>
  tryLookup(where: unknown): Remote | undefined
  lookupAll(where: unknown): readonly Binding[]
  client(where: unknown, options?: object): Remote
  call(target: unknown, method: string, args: readonly unknown[], options?: object): Promise<unknown>
  spawn(definition: unknown, options?: object): Remote | Promise<Remote>
  pool(definition: unknown, options: object): Promise<Remote>
  subscribe(where: unknown, pattern: string, ...rest: unknown[]): Heard
  announcements(where: unknown, ...rest: unknown[]): Heard
  watch(target: unknown, listener: (end: { readonly binding: Binding; readonly reason: string }) => unknown): Handle
}

export interface OwnAgent extends Agent {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly remote: Remote
  readonly request: {
    readonly properties: Readonly<Record<string, string>>
    readonly signal: AbortSignal
    defer(): { resolve(value: unknown): void; reject(error: unknown): void }
    forward(target: Remote, method?: string): unknown
  }
  publish(subject: string, value: unknown, options?: object): void
  sendReport(to: Binding, subject: string, value: unknown): boolean
  expireReports(pattern: string, ageMs?: number): number
  onSubscription(listener: (change: SubscriptionChange) => unknown): Handle
  joinGroup(group: string): Promise<void>
  leaveGroup(group: string): Promise<void>
  announce(): Promise<void>
  after(ms: number, run: () => unknown, key?: string): string
  every(ms: number, run: () => unknown, key?: string): string
  cancelTimer(key: string): boolean
  failure(code: string, data?: unknown): Error
  onStop(run: (reason: string) => unknown): void
  stop(reason?: string): void
  idleStop(ms: number): void
}
