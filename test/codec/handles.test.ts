import { describe, expect, test } from 'vitest'
import { checkValue } from '../../src/codec/check.js'
import type { ValueContext } from '../../src/codec/context.js'
import { copyValue } from '../../src/codec/copy.js'
import { DecodeError } from '../../src/codec/errors.js'
import type { Attachments, References } from '../../src/codec/references.js'
import { decode, encode, own, roundTrip } from './values.js'

class Handle {
  readonly address: readonly unknown[]
  readonly owner: string
  constructor(address: readonly unknown[], owner = 'sender') {
    this.address = address
    this.owner = owner
  }
}

const references: References = {
  is: (value) => value instanceof Handle,
  write: (value) => ({ address: (value as Handle).address }),
  read(record) {
    const address = (record as { address?: unknown } | undefined)?.address
    if (!Array.isArray(address)) throw new TypeError('no address')
    return new Handle(address, 'receiver')
  },
  rewrap: (value) => new Handle((value as Handle).address, 'receiver'),
}

function beside(): Attachments & { readonly objects: object[] } {
  const objects: object[] = []
  return {
    objects,
    accepts: (value) => value instanceof SharedArrayBuffer || value instanceof MessagePort,
    add: (value) => objects.push(value) - 1,
    get(index) {
      const object = objects[index]
      if (object === undefined) throw new RangeError(`no attachment ${index}`)
      return object
    },
  }
}

const ways = [
  ['readValue(writeValue())', (value: unknown, context: ValueContext) => roundTrip(value, context)],
  ['copyValue()', (value: unknown, context: ValueContext) => copyValue(value, context, '')],
] as const

describe.each(ways)('%s', (_name, send) => {
  test('gives the receiver its own handle, once per message', () => {
    const handle = new Handle(['p', 1, 2])
    const sent = send({ a: handle, list: [handle, { handle }] }, { ...own, references }) as {
      a: Handle
      list: [Handle, { handle: Handle }]
    }
    expect(sent.a).toEqual(new Handle(['p', 1, 2], 'receiver'))
    expect(sent.list[0]).toBe(sent.a)
    expect(sent.list[1].handle).toBe(sent.a)
  })

  test('refuses a handle where references are unknown', () => {
    expect(() => send([new Handle([])], own)).toThrow('[0] is an instance of Handle')
  })

  test('passes shared memory and ports beside the bytes', () => {
    const shared = new SharedArrayBuffer(8)
    const { port1 } = new MessageChannel()
    const attachments = beside()
    const value = { shared, view: new Uint8Array(shared, 2, 3), again: shared, port1 }
    const sent = send(value, { ...own, attachments }) as typeof value
    expect(sent.shared).toBe(shared)
    expect(sent.again).toBe(shared)
    expect([sent.view.buffer, sent.view.byteOffset, sent.view.length]).toEqual([shared, 2, 3])
    expect(sent.port1).toBe(port1)
    expect(attachments.objects).toEqual([shared, port1])
  })
})

test('checkValue() tells whether a handle is inside', () => {
  const context = { ...own, references }
  expect(checkValue({ a: [1, new Map([['x', new Handle([])]])] }, context, '')).toBe(true)
  expect(checkValue({ a: [1, new Date(), new Error('x', { cause: 1 })] }, context, '')).toBe(false)
  expect(checkValue(5, context, '')).toBe(false)
  const round: unknown[] = []
  round.push(round)
  expect(checkValue(round, context, '')).toBe(false)
})

test('readValue() refuses records and indexes that stand for nothing', () => {
  const context = { ...own, references, attachments: beside() }
  const bad = encode(new Handle([]), { ...own, references: { ...references, write: () => ({ address: 5 }) } })
  expect(() => decode(bad, context)).toThrow(DecodeError)
  const attached = encode(new SharedArrayBuffer(1), { ...own, attachments: beside() })
  expect(() => decode(attached, context)).toThrow(DecodeError)
  expect(() => decode(attached, own)).toThrow(DecodeError)
})
