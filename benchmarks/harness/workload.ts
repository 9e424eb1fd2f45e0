/** What a benchmark is: some work, and several subjects that each do it in their own way. */

import type { Measure } from './measures.js'

/** What one run is asked to do. */
export interface Input {
  /** Operations. */
  readonly size: number
  /** Calls in flight. */
  readonly width: number
  /** Differs from run to run, so that nothing folds to a constant. */
  readonly seed: number
}

/** What one run did. */
export interface Answer {
  /** Compared with what the workload expects: proves that the work was done. */
  readonly value: number
  /** Measured by the subject itself, where our clock would include what is not its own: milliseconds, bytes in all, or percent. */
  readonly own?: number
}

/** A subject that has been started. */
export interface Session {
  run(input: Input): Promise<Answer>
  /** Tidies up after a run; not measured. */
  tidy?(): Promise<void>
  close(): Promise<void>
}

/** What every adapter file exports as `start`. */
export type StartSession = (input: Omit<Input, 'seed'>) => Promise<Session>

/** Finds an adapter; called in the process that runs it, so that no other subject's code is loaded there. */
export type LoadAdapter = () => Promise<{ readonly start: StartSession }>

export interface Workload {
  readonly name: string
  readonly title: string
  /** What is counted: operations a second, bytes for each, or what the subject says in milliseconds or percent. */
  readonly measure: Measure
  /** One operation, in the plural; of what, where there are none. */
  readonly unit: string
  readonly size: { readonly full: number; readonly quick: number }
  readonly width: number
  /** Everything runs on one core. */
  readonly oneCore?: boolean
  expected(input: Input): number
  /** By name; the first is ours, and the others are compared with it. */
  readonly subjects: Readonly<Record<string, LoadAdapter>>
}

/** Thrown by an adapter whose program is not installed here. */
export class AbsentRival extends Error {}
