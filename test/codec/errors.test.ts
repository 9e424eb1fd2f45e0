import { describe, expect, test } from 'vitest'
import { isServiceFailure, MailboxFull, ServiceFailure } from '../../src/base/failures.js'
import type { ValueContext } from '../../src/codec/context.js'
import { copyValue } from '../../src/codec/copy.js'
import { own, roundTrip } from './values.js'

const ways = [
  ['readValue(writeValue())', (value: unknown, context: ValueContext) => roundTrip(value, context)],
  ['copyValue()', (value: unknown, context: ValueContext) => copyValue(value, context, '')],
] as const

const abroad: ValueContext = { ...own, stacks: false, regexp: false }

describe.each(ways)('%s', (_name, send) => {
  function sent<T extends Error>(error: T, context: ValueContext = own): T {
    return send(error, context) as T
  }

  test.each([Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])('keeps a %o', (type) => {
    const error = sent(new type('bad'))
    expect(Object.getPrototypeOf(error)).toBe(type.prototype)
    expect(error.message).toBe('bad')
    expect(Object.keys(error)).toEqual([])
  })

  test('keeps name, code, fields and the chain of causes', () => {
    class DiskError extends Error {
      override readonly name = 'DiskError'
    }
    const error = sent(Object.assign(new DiskError('full', { cause: new TypeError('x', { cause: 'why' }) }), { code: 'ENOSPC', at: [1] }))
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype)
    expect({ ...error }).toEqual({ code: 'ENOSPC', at: [1] })
    expect(error.name).toBe('DiskError')
    expect(error.cause).toBeInstanceOf(TypeError)
    expect((error.cause as Error).cause).toBe('why')
    expect(Object.getOwnPropertyDescriptor(error, 'cause')?.enumerable).toBe(false)
  })

  test('keeps an error that is its own cause, and the errors of an AggregateError', () => {
    const error: Error = new Error('round')
    error.cause = error
    const copy = sent(error)
    expect(copy.cause).toBe(copy)
    const many = sent(new AggregateError([new RangeError('a'), error, error], 'many'))
    expect(many).toBeInstanceOf(AggregateError)
    expect(many.errors[0]).toBeInstanceOf(RangeError)
    expect(many.errors[1]).toBe(many.errors[2])
  })

  test('keeps name and code of a DOMException', () => {
    const error = sent(AbortSignal.abort().reason as DOMException)
    expect([error.name, error.code]).toEqual(['AbortError', 20])
    expect(error).toBeInstanceOf(Error)
  })

  test('sends the stack only where stacks may go', () => {
    const error = new Error('here')
    expect(sent(error).stack).toBe(error.stack)
    expect(sent(error, abroad).stack).toBe('Error: here')
  })

  test('rebuilds a failure as its class', () => {
    const failure = sent(new MailboxFull({ details: 'full', origin: 'math', cause: new Error('deep') }))
    expect(failure).toBeInstanceOf(MailboxFull)
    expect(failure).toMatchObject({
      code: 'ERR_MAILBOX_FULL',
      error: 51,
      details: 'full',
      origin: 'math',
      delivered: 'no',
      message: 'full',
    })
    expect((failure.cause as Error).message).toBe('deep')
  })

  test('rebuilds a typed failure with its data and its remote stack', () => {
    const typed = new ServiceFailure('Overflow', 57, 'Typed', { data: { limit: 1n }, remoteStack: 'over there' })
    const failure = sent(typed)
    expect(isServiceFailure(failure)).toBe(true)
    expect(failure.data).toEqual({ limit: 1n })
    expect(failure.remoteStack).toBe('over there')
    expect(sent(typed, abroad).remoteStack).toBeUndefined()
  })
})
