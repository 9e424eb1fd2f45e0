/**
 * The failures of calls, closed: one class per number. Numbers are those of OSE netsvc (its failure codes 40–58).
 */

/** Whether a failed call can have reached its handler: `'no'` certainly not, `'yes'` certainly. */
export type Delivered = 'no' | 'maybe' | 'yes'

/** What a failure is made with. */
export interface FailureFacts<Data = unknown> {
  /** The sentence people read; it becomes `message`. */
  readonly details?: string
  readonly origin?: string
  readonly data?: Data
  readonly delivered?: Delivered
  readonly cause?: unknown
  readonly remoteStack?: string
}

const BRAND = Symbol.for('troupe.failure')

/**
 * A call that failed. Codes that begin with `ERR_` are the framework's; others are typed failures of a contract.
 *
 * - **Delivery**: `delivered` speaks of this call: `'no'` means its handler certainly never ran.
 */
export class ServiceFailure<Code extends string = string, Data = unknown> extends Error {
  readonly code: Code
  /** The number of OSE netsvc. */
  readonly error: number
  /** The kind of failure in words, the same for every failure of a class. */
  readonly description: string
  /** Who made it: `'troupe'` or the name of a service. */
  readonly origin: string
  readonly details: string
  readonly data: Data
  readonly delivered: Delivered
  /** Stack at the far side; only between threads of one system. */
  declare readonly remoteStack?: string

  constructor(code: Code, error: number, description: string, facts: FailureFacts<Data> = {}) {
    super(facts.details || description, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.code = code
    this.error = error
    this.description = description
    this.origin = facts.origin ?? 'troupe'
    this.details = facts.details ?? ''
    this.data = facts.data as Data
    this.delivered = facts.delivered ?? 'maybe'
    if (facts.remoteStack !== undefined) Object.defineProperty(this, 'remoteStack', { value: facts.remoteStack, configurable: true })
  }
}
Object.defineProperty(ServiceFailure.prototype, BRAND, { value: true })
nameIt(ServiceFailure, 'ServiceFailure')

function nameIt(type: { readonly prototype: object }, name: string): void {
  Object.defineProperty(type.prototype, 'name', { value: name, writable: true, configurable: true })
}

/** An argument cannot be sent; `details` names the path to it. */
export class RequestEncodingError extends ServiceFailure<'ERR_REQUEST_ENCODING', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_REQUEST_ENCODING', 42, 'Request Encoding Error', { delivered: 'no', ...facts })
  }
}

/** The answer arrived and could not be read. */
export class ResponseDecodingError extends ServiceFailure<'ERR_RESPONSE_DECODING', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_RESPONSE_DECODING', 44, 'Response Decoding Error', { delivered: 'yes', ...facts })
  }
}

/** No such service is visible, or it was gone before the request left. */
export class ServiceUnavailable extends ServiceFailure<'ERR_SERVICE_UNAVAILABLE', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_SERVICE_UNAVAILABLE', 46, 'Service Unavailable', { delivered: 'no', ...facts })
  }
}

/** The deadline passed. */
export class RequestTimeout extends ServiceFailure<'ERR_REQUEST_TIMEOUT', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_REQUEST_TIMEOUT', 47, 'Request Timeout', facts)
  }
}

/** The caller's signal aborted; `cause` is `signal.reason`. */
export class RequestAborted extends ServiceFailure<'ERR_REQUEST_ABORTED', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_REQUEST_ABORTED', 48, 'Request Aborted', facts)
  }
}

/** The mailbox refused the message. */
export class MailboxFull extends ServiceFailure<'ERR_MAILBOX_FULL', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_MAILBOX_FULL', 51, 'Mailbox Full', { delivered: 'no', ...facts })
  }
}

/** The request waits for an actor of its own chain, which waits for it: `details` names the cycle. */
export class Deadlock extends ServiceFailure<'ERR_DEADLOCK', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_DEADLOCK', 51, 'Deadlock', { delivered: 'no', ...facts })
  }
}

/** `authorise` of the service said no. */
export class RequestRefused extends ServiceFailure<'ERR_REQUEST_REFUSED', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_REQUEST_REFUSED', 51, 'Request Refused', { delivered: 'no', ...facts })
  }
}

/** The result cannot be sent; `details` names the path to it. */
export class ResponseEncodingError extends ServiceFailure<'ERR_RESPONSE_ENCODING', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_RESPONSE_ENCODING', 52, 'Response Encoding Error', { delivered: 'yes', ...facts })
  }
}

/** The arguments arrived and could not be read. */
export class RequestDecodingError extends ServiceFailure<'ERR_REQUEST_DECODING', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_REQUEST_DECODING', 54, 'Request Decoding Error', { delivered: 'no', ...facts })
  }
}

/** The service has no such method; `details` lists those it has. */
export class MethodUnavailable extends ServiceFailure<'ERR_METHOD_UNAVAILABLE', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_METHOD_UNAVAILABLE', 55, 'Method Unavailable', { delivered: 'no', ...facts })
  }
}

/** One thing wrong with the arguments of a call. */
export interface ParameterIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Wrong number of arguments, or one that its schema refuses; `data` holds the issues. */
export class ParametersIncorrect extends ServiceFailure<'ERR_PARAMETERS_INCORRECT', readonly ParameterIssue[]> {
  constructor(facts?: FailureFacts<readonly ParameterIssue[]>) {
    super('ERR_PARAMETERS_INCORRECT', 56, 'Parameters Incorrect', { delivered: 'no', data: [], ...facts })
  }
}

/** The handler threw; `cause` is what it threw. */
export class ApplicationError extends ServiceFailure<'ERR_APPLICATION', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_APPLICATION', 57, 'Application Error', { delivered: 'yes', ...facts })
  }
}

/** The service went after the request left, before it answered. */
export class ServiceWithdrawn extends ServiceFailure<'ERR_SERVICE_WITHDRAWN', undefined> {
  constructor(facts?: FailureFacts<undefined>) {
    super('ERR_SERVICE_WITHDRAWN', 57, 'Service Withdrawn', facts)
  }
}

const CLASSES = {
  RequestEncodingError,
  ResponseDecodingError,
  ServiceUnavailable,
  RequestTimeout,
  RequestAborted,
  MailboxFull,
  Deadlock,
  RequestRefused,
  ResponseEncodingError,
  RequestDecodingError,
  MethodUnavailable,
  ParametersIncorrect,
  ApplicationError,
  ServiceWithdrawn,
} as const

/** Any failure of the framework's own; each class has one code. */
export type SystemFailure = InstanceType<(typeof CLASSES)[keyof typeof CLASSES]>

type FrameworkFailure = new (facts?: FailureFacts) => ServiceFailure

const byCode = new Map<string, FrameworkFailure>()
for (const [name, type] of Object.entries(CLASSES)) {
  nameIt(type, name)
  byCode.set(new type().code, type as unknown as FrameworkFailure)
}

/** What a failure is made of, for the wire. */
export interface FailureRecord {
  readonly code: string
  readonly error: number
  readonly description: string
  readonly origin: string
  readonly details: string
  readonly data: unknown
  readonly delivered: Delivered
  readonly cause?: unknown
  readonly remoteStack?: string
}

/** Rebuilds a failure from its record, as the class that its code names. */
export function failureFrom(record: FailureRecord): ServiceFailure {
  const type = byCode.get(record.code)
  return type ? new type(record) : new ServiceFailure(record.code, record.error, record.description, record)
}

/** The same failure of a request that a handler had begun and given away: calling again would run that one again. */
export function asMaybeDelivered(failure: ServiceFailure): ServiceFailure {
  if (failure.delivered !== 'no') return failure
  const { code, error, description, origin, details, data, remoteStack } = failure
  const cause = 'cause' in failure ? { cause: failure.cause } : {}
  const told = remoteStack === undefined ? {} : { remoteStack }
  return failureFrom({ code, error, description, origin, details, data, ...cause, ...told, delivered: 'maybe' })
}

/** Tells a failure of this or of another copy of the package. */
export function isServiceFailure(value: unknown): value is ServiceFailure {
  return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true
}
