import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../src/codec/byte-writer.js'
import { checkValue } from '../../src/codec/check.js'
import type { ValueContext } from '../../src/codec/context.js'
import { copyValue } from '../../src/codec/copy.js'
import { writeValue } from '../../src/codec/encode.js'
import { DecodeError, UnsendableError } from '../../src/codec/errors.js'
import { FOREIGN_LIMITS, type Limits } from '../../src/codec/limits.js'
import { textBytes } from './text-bytes.js'
import { decode, encode, own } from './values.js'

const ways = [
  ['writeValue()', (value: unknown, context: ValueContext, path: string) => encode(value, context, path)],
  ['copyValue()', copyValue],
  ['checkValue()', checkValue],
] as const

class Account {
  readonly balance = 1
}
class OwnMap extends Map {}
class OwnArray extends Array {}

const refused: [what: string, value: unknown, reason: RegExp][] = [
  ['function', () => 1, /^is a function; send data, or a Remote of a service that has the function as a method$/],
  ['class', Account, /^is a function/],
  ['symbol', Symbol('s'), /^is a symbol; send a string$/],
  ['boxed symbol', Object(Symbol('s')), /^is a Symbol; send a string$/],
  ['class instance', new Account(), /^is an instance of Account; send a plain object such as \{ \.\.\.value \}$/],
  ['abort signal', new AbortController().signal, /^is an AbortSignal; give it to \$\.with\(\{ signal \}\)/],
  ['abort controller', new AbortController(), /^is an AbortController; give its signal to \$\.with\(\{ signal \}\)/],
  ['blob', new Blob(['text']), /^is a Blob; send its arrayBuffer\(\)$/],
  ['Map subclass', new OwnMap(), /^is an instance of OwnMap/],
  ['Array subclass', new OwnArray(), /^is an instance of OwnArray/],
  ['inherited object', Object.create({ a: 1 }), /^is an instance of an unnamed class/],
  ['Promise', Promise.resolve(), /^is a Promise; await it first$/],
  ['WeakMap', new WeakMap(), /^is a WeakMap; send a Map$/],
  ['WeakSet', new WeakSet(), /^is a WeakSet/],
  ['WeakRef', new WeakRef({}), /^is a WeakRef/],
  ['URL', new URL('http://a'), /^is a URL; send its href$/],
  ['proxy of a Map', new Proxy(new Map(), {}), /^cannot be read: .*incompatible receiver/],
  ['proxy of a function', new Proxy(() => 1, {}), /^is a function/],
  ['pretended Date', Object.create(Date.prototype), /^cannot be read/],
  ['SharedArrayBuffer', new SharedArrayBuffer(8), /^is a SharedArrayBuffer; it stays within its system/],
  ['view of shared memory', new Uint8Array(new SharedArrayBuffer(8), 1, 2), /^is a view of shared memory/],
  ['detached buffer', detached(), /^is detached: its bytes were moved elsewhere before/],
  ['view of a detached buffer', detachedView(), /^is detached/],
  ['MessagePort', new MessageChannel().port1, /^is a MessagePort; it stays within its system/],
]

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

function detachedView(): Uint16Array {
  const view = new Uint16Array(8)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

function refusalOf(run: () => unknown): UnsendableError {
  try {
    run()
  } catch (error) {
    if (error instanceof UnsendableError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe.each(ways)('%s', (_name, send) => {
  test.each(refused)('refuses a %s', (_what, value, reason) => {
    const error = refusalOf(() => send({ held: [value] }, own, 'args[0]'))
    expect(error.path).toBe('args[0].held[0]')
    expect(error.reason).toMatch(reason)
    expect(error.message).toBe(`${error.path} ${error.reason}`)
    expect(refusalOf(() => send(value, own, 'result')).path).toBe('result')
  })

  test.each([
    ['args[0].list[3].cb', { list: [0, 1, 2, { cb: refusalOf }] }],
    ['args[0]["a b"].c', { 'a b': { c: refusalOf } }],
    ['args[0].get("key")[1]', new Map([['key', [0, refusalOf]]])],
    ['args[0].get(7)', new Map([[7, refusalOf]])],
    [
      'args[0].keys()[1]',
      new Map<unknown, unknown>([
        [1, 1],
        [refusalOf, 2],
      ]),
    ],
    ['args[0].values()[1].x', new Set([1, { x: refusalOf }])],
    ['args[0].cause.hook', new Error('a', { cause: Object.assign(new Error('b'), { hook: refusalOf }) })],
    ['args[0].errors[0]', new AggregateError([refusalOf])],
  ])('names the path %s', (path, value) => {
    expect(refusalOf(() => send(value, own, 'args[0]')).path).toBe(path)
    expect(refusalOf(() => send(value, own, '')).path).toBe(path.slice(7).replace(/^\./, ''))
  })

  test('tells what a getter threw', () => {
    const boom = new Error('boom')
    const value = {
      a: {
        get b() {
          throw boom
        },
      },
    }
    const error = refusalOf(() => send(value, own, 'x'))
    expect([error.message, error.cause]).toEqual(['x.a.b cannot be read: boom', boom])
  })

  test('refuses a RegExp where none may go', () => {
    expect(refusalOf(() => send([/a/], { ...own, regexp: false }, 'x')).message).toMatch(/^x\[0\] is a RegExp/)
  })

  test('enforces the limits', () => {
    const limits: Limits = { depth: 4, nodes: 10, bytes: 100, bigintDigits: 20 }
    const limited = (value: unknown) => refusalOf(() => send(value, { ...own, limits }, 'x')).message
    expect(send([[[[]]]], { ...own, limits }, 'x')).toBeDefined()
    expect(limited([[[[[]]]]])).toBe('x[0][0][0][0] is nested deeper than 4 levels')
    expect(limited(new Array(11))).toMatch(/^x has too many members; one message has at most 10 in all$/)
    expect(
      limited([
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4],
      ]),
    ).toMatch(/^x\[1\] has too many members/)
    expect(limited('x'.repeat(101))).toMatch(/^x makes the message larger than 100 bytes$/)
    expect(limited(['x'.repeat(60), 'x'.repeat(60)])).toMatch(/^x\[1\] makes the message larger/)
    expect(limited(new Uint8Array(101))).toMatch(/makes the message larger/)
    expect(send(10n ** 20n - 1n, { ...own, limits }, 'x')).toBeDefined()
    expect(limited([-(10n ** 22n)])).toBe('x[0] is a bigint of more than 20 digits')
  })
})

test('writeValue() leaves the writer where it was', () => {
  const writer = new ByteWriter(textBytes, 16)
  writer.string('before')
  const { length } = writer
  expect(() => writeValue(writer, ['x'.repeat(1000), refusalOf], own, '')).toThrow(UnsendableError)
  expect(writer.length).toBe(length)
  writeValue(writer, [1], own, '')
  expect(decode(writer.take().subarray(length))).toEqual([1])
})

test('writeValue() says so when the writer is full', () => {
  const writer = new ByteWriter(textBytes, 16, 64)
  expect(refusalOf(() => writeValue(writer, { a: ['x'.repeat(65)] }, own, 'x')).message).toBe(
    'x.a[0] cannot be read: it would need more than 64 bytes',
  )
  expect(writer.length).toBe(0)
})

test('readValue() enforces the limits of its side', () => {
  let deep: unknown = 0
  for (let i = 0; i < 65; i++) deep = [deep]
  const foreign = { ...own, limits: FOREIGN_LIMITS }
  expect(() => decode(encode(deep), foreign)).toThrow(DecodeError)
  expect(() => decode(encode(new Array(100_001)), foreign)).toThrow(DecodeError)
  expect(() => decode(encode(10n ** 1030n), foreign)).toThrow(DecodeError)
  expect(decode(encode(10n ** 1024n - 1n), foreign)).toBe(10n ** 1024n - 1n)
  expect(() => decode(encode(new Uint8Array(17 * 1024 * 1024)), foreign)).toThrow(DecodeError)
  expect(() => decode(encode(/a/), { ...foreign, regexp: false })).toThrow(DecodeError)
})

test('own limits allow 512 levels of anything', () => {
  let deep: unknown = 0
  for (let i = 0; i < 512; i++) deep = i % 2 ? new Map([[1, deep]]) : { deep }
  expect(encode(decode(encode(deep)))).toEqual(encode(copyValue(deep, own, '')))
  expect(() => encode([deep])).toThrow(/is nested deeper than 512 levels/)
})

test.each(ways)('%s shows the begin and the end of a long path', (_name, send) => {
  let deep: unknown = () => 1
  for (let i = 0; i < 200; i++) deep = { deep }
  const { path } = refusalOf(() => send(deep, own, 'x'))
  expect(path).toMatch(/^x(\.deep){30} … (\.deep){30}$/)
})
