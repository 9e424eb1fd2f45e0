import type { ServiceFailure } from '../../base/failures.js'
import { type Delivered, failureFrom } from '../../base/failures.js'
import { DecodeError } from '../errors.js'
import type { DecodeWalk, EncodeWalk } from './form.js'

/** What tells one class of errors from another: the part of an error that must be known before it can be made. */
export interface ErrorHead<T extends Error = Error> {
  /** Own fields that the head accounts for. */
  readonly fields: ReadonlySet<string>
  write(walk: EncodeWalk, error: T): void
  read(walk: DecodeWalk): Error
  /** A new error with the head of this one. */
  make(error: T): Error
}

type ErrorClass = new (message?: string) => Error

/** AggregateError takes the errors first; they are put in later. */
function Aggregate(message?: string): AggregateError {
  return new AggregateError([], message)
}

const CLASSES = new Map<string, ErrorClass>(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [type.name, type]),
)
CLASSES.set('AggregateError', Aggregate as unknown as ErrorClass)

/** Errors of the language by their name; any other is an `Error` that has the name. */
export const namedHead: ErrorHead = {
  fields: new Set(['name', 'message', 'stack']),
  write(walk, error) {
    walk.string(nameOf(error))
    walk.string(messageOf(error))
  },
  read({ reader }) {
    return named(reader.string(), reader.string())
  },
  make(error) {
    return named(nameOf(error), messageOf(error))
  },
}

function named(name: string, message: string): Error {
  const type = CLASSES.get(name)
  if (type !== undefined) return new type(message)
  return Object.defineProperty(new Error(message), 'name', { value: name, writable: true, configurable: true })
}

function nameOf(error: Error): string {
  return typeof error.name === 'string' ? error.name : 'Error'
}

function messageOf(error: Error): string {
  return typeof error.message === 'string' ? error.message : ''
}

/** Failures of calls, rebuilt as the class that their code names. */
export const failureHead: ErrorHead<ServiceFailure> = {
  fields: new Set(['name', 'message', 'stack', 'remoteStack', 'code', 'error', 'description', 'origin', 'details', 'delivered']),
  write(walk, failure) {
    for (const part of parts(failure)) walk.value(part)
  },
  read(walk) {
    return failureOf([walk.value(), walk.value(), walk.value(), walk.value(), walk.value(), walk.value()])
  },
  make(failure) {
    return failureOf(parts(failure))
  },
}

function parts({ code, error, description, origin, details, delivered }: ServiceFailure): unknown[] {
  return [code, error, description, origin, details, delivered]
}

function failureOf([code, error, description, origin, details, delivered]: unknown[]): ServiceFailure {
  if (
    !isString(code) ||
    !isString(description) ||
    !isString(origin) ||
    !isString(details) ||
    typeof error !== 'number' ||
    !isDelivered(delivered)
  )
    throw new DecodeError('the head of a failure is not of the right types')
  return failureFrom({ code, error, description, origin, details, delivered, data: undefined })
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isDelivered(value: unknown): value is Delivered {
  return value === 'no' || value === 'maybe' || value === 'yes'
}
