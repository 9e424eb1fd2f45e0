import { UnsendableError } from './errors.js'

/** How much of a long path is shown of its begin and of its end. */
const SHOWN = 150

/** Thrown inside a walk where a value is refused; it gathers its path while it unwinds, so that success pays nothing. */
export class Refusal {
  readonly reason: string
  readonly cause: unknown
  /** Innermost first. */
  private readonly segments: string[] = []

  constructor(reason: string, cause?: unknown) {
    this.reason = reason
    this.cause = cause
  }

  under(segment: string): this {
    this.segments.push(segment)
    return this
  }

  path(prefix: string): string {
    const inner = shortened(this.segments.toReversed().join(''))
    return prefix === '' ? inner.replace(/^\./, '') : prefix + inner
  }
}

function shortened(path: string): string {
  return path.length <= 2 * SHOWN ? path : `${path.slice(0, SHOWN)} … ${path.slice(-SHOWN)}`
}

/** What was thrown below `segment`, as a refusal that knows it. Exceptions of getters and of brand checks are refusals too. */
export function within(thrown: unknown, segment: string): Refusal {
  return refusalOf(thrown).under(segment)
}

/** The error for the caller of a walk over the value at `path`. */
export function unsendable(thrown: unknown, path: string): UnsendableError {
  const refusal = refusalOf(thrown)
  const { reason, cause } = refusal
  return new UnsendableError(refusal.path(path), reason, cause === undefined ? undefined : { cause })
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  return new Refusal(`cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown)
}

/** The part of a path that stands for the member `key`. */
export function member(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** The part of a path that stands for the element `index`. */
export function element(index: number): string {
  return `[${index}]`
}

/** The part of a path that stands for what a map holds under `key`. */
export function entry(key: unknown): string {
  if (typeof key === 'string') return `.get(${JSON.stringify(key)})`
  if (typeof key === 'bigint') return `.get(${key}n)`
  return typeof key === 'object' && key !== null ? '.get({…})' : `.get(${String(key)})`
}
