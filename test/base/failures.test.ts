import { describe, expect, it } from 'vitest'
import {
  ApplicationError,
  failureFrom,
  isServiceFailure,
  MailboxFull,
  MethodUnavailable,
  ParametersIncorrect,
  RequestAborted,
  RequestDecodingError,
  RequestEncodingError,
  RequestTimeout,
  ResponseDecodingError,
  ResponseEncodingError,
  ServiceFailure,
  ServiceUnavailable,
  ServiceWithdrawn,
} from '../../src/base/failures.js'

const TABLE = [
  ['RequestEncodingError', RequestEncodingError, 42, 'ERR_REQUEST_ENCODING', 'no'],
  ['ResponseDecodingError', ResponseDecodingError, 44, 'ERR_RESPONSE_DECODING', 'yes'],
  ['ServiceUnavailable', ServiceUnavailable, 46, 'ERR_SERVICE_UNAVAILABLE', 'no'],
  ['RequestTimeout', RequestTimeout, 47, 'ERR_REQUEST_TIMEOUT', 'maybe'],
  ['RequestAborted', RequestAborted, 48, 'ERR_REQUEST_ABORTED', 'maybe'],
  ['MailboxFull', MailboxFull, 51, 'ERR_MAILBOX_FULL', 'no'],
  ['ResponseEncodingError', ResponseEncodingError, 52, 'ERR_RESPONSE_ENCODING', 'yes'],
  ['RequestDecodingError', RequestDecodingError, 54, 'ERR_REQUEST_DECODING', 'no'],
  ['MethodUnavailable', MethodUnavailable, 55, 'ERR_METHOD_UNAVAILABLE', 'no'],
  ['ParametersIncorrect', ParametersIncorrect, 56, 'ERR_PARAMETERS_INCORRECT', 'no'],
  ['ApplicationError', ApplicationError, 57, 'ERR_APPLICATION', 'yes'],
  ['ServiceWithdrawn', ServiceWithdrawn, 57, 'ERR_SERVICE_WITHDRAWN', 'maybe'],
] as const

describe('failures', () => {
  it.each(TABLE)('%s has its number, code and delivery', (name, type, error, code, delivered) => {
    const failure = new type()
    expect(failure).toMatchObject({ name, error, code, delivered, origin: 'troupe' })
    expect(failure).toBeInstanceOf(ServiceFailure)
    expect(failure).toBeInstanceOf(Error)
    expect(failure.message).toBe(failure.description)
    expect(Object.keys(failure)).not.toContain('name')
  })

  it.each(TABLE)('failureFrom() rebuilds %s from what it is made of', (_, type) => {
    const cause = new Error('why')
    const made = new type({ details: 'a.b() failed', origin: 'a', delivered: 'maybe', cause, remoteStack: 'there' } as never)
    const rebuilt = failureFrom({ ...made, cause: made.cause, remoteStack: made.remoteStack } as never)
    expect(rebuilt).toBeInstanceOf(type)
    expect(rebuilt).toMatchObject({
      message: 'a.b() failed',
      details: 'a.b() failed',
      origin: 'a',
      delivered: 'maybe',
      remoteStack: 'there',
    })
    expect(rebuilt.cause).toBe(cause)
    expect(Object.keys(rebuilt)).not.toContain('remoteStack')
  })

  it('failureFrom() makes a typed failure of a code that is not the framework’s', () => {
    const facts = { error: 57, description: 'Application Error', origin: 'math', details: 'too big', delivered: 'yes' } as const
    const failure = failureFrom({ code: 'Overflow', data: { limit: 3 }, ...facts })
    expect(failure).toMatchObject({ name: 'ServiceFailure', code: 'Overflow', error: 57, data: { limit: 3 }, message: 'too big' })
  })

  it('isServiceFailure() knows failures of another copy of the package and nothing else', async () => {
    class Foreign extends Error {}
    Object.defineProperty(Foreign.prototype, Symbol.for('troupe.failure'), { value: true })
    expect(isServiceFailure(new RequestTimeout())).toBe(true)
    expect(isServiceFailure(new Foreign())).toBe(true)
    for (const other of [new Error('x'), { code: 'ERR_REQUEST_TIMEOUT' }, null, undefined, 'x']) expect(isServiceFailure(other)).toBe(false)
  })
})
