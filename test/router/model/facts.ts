/** What the model and the run speak of, and how they print it. */

/** Something a thread learns of. `reason` as in an announcement. */
export interface Change {
  readonly kind: 'service' | 'group'
  readonly status: 'available' | 'withdrawn'
  readonly service: number
  readonly group?: string | undefined
  readonly reason?: string | undefined
}

/** Who is looked for, observed, subscribed to: all that is given must fit; `{}` is everybody. */
export interface Where {
  readonly name?: string | undefined
  readonly group?: string | undefined
  readonly service?: number | undefined
}

/** What happens to what one service publishes, in the order in which it happens there. */
export type Deed =
  | { readonly kind: 'begin'; readonly subscriber: number; readonly pattern: string; readonly atMs: number }
  | { readonly kind: 'end'; readonly subscriber: number; readonly pattern: string; readonly atMs: number }
  | { readonly kind: 'publish'; readonly subject: string; readonly serial: number; readonly lifetimeMs: number; readonly atMs: number }
  | { readonly kind: 'send'; readonly to: number; readonly subject: string; readonly serial: number; readonly atMs: number }
  | { readonly kind: 'expire'; readonly pattern: string; readonly ageMs: number; readonly atMs: number }

export interface Service {
  readonly number: number
  readonly thread: string
  readonly name: string
  groups: readonly string[]
  /** Announced. */
  seen: boolean
  /** Stopped, or dead with its thread. */
  over: 'stopped' | 'crashed' | null
  readonly deeds: Deed[]
}

export interface Observer {
  readonly number: number
  readonly where: Where
  /** How many changes its thread had learned of when it began. */
  readonly from: number
  closed: boolean
}

/** One time that a publisher knew of a subscription: what it has for it, oldest first. */
export interface Epoch {
  readonly subscriber: number
  readonly pattern: string
  readonly reports: string[]
  open: boolean
}

export const printChange = ({ kind, status, service, group, reason }: Change): string =>
  [kind, status, service, group, reason].filter((part) => part !== undefined).join(' ')

export const printReport = (serial: number, subject: string, how: 'retained' | 'published' | 'unmatched'): string =>
  `${serial} ${subject} ${how}`
