import type { ActorFacts, Reason } from './binding.js'

/** What fits a search; all that is given must fit. */
export interface Wanted {
  readonly name?: string | undefined
  readonly group?: string | undefined
  readonly id?: string | undefined
  /** Process, thread and cell, as in {@link Binding.address}. */
  readonly address?: string | undefined
}

/** Something that became visible here, or is no more. */
export interface Notice {
  readonly kind: 'service' | 'group'
  readonly status: 'available' | 'withdrawn'
  /** Of a group. */
  readonly group: string | undefined
  readonly facts: ActorFacts
  /** Of a withdrawal, except that of a group which was left. */
  readonly reason: Reason | undefined
}

/**
 * Somebody who hears of what is visible: by name of services only, by group of that group only, of an address and of
 * everything both (OSE-SEMANTICS C3–C6).
 */
export interface Observer {
  readonly interest: Omit<Wanted, 'id'>
  notify(notice: Notice): void
}
