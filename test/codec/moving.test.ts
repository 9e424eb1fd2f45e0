import { describe, expect, test } from 'vitest'
import { checkValue } from '../../src/codec/check.js'
import { contentsOf } from '../../src/codec/moving/contents.js'
import { isDetached, markMoving, moveOn } from '../../src/codec/moving/marks.js'
import type { Attachments } from '../../src/codec/references.js'
import { decode, encode, own } from './values.js'

/** What goes beside the bytes, with what of it was said to move. */
function beside(moves = true): Attachments & { readonly objects: object[]; readonly moving: object[] } {
  const objects: object[] = []
  const moving: object[] = []
  return {
    moves,
    objects,
    moving,
    accepts: (value) => value instanceof MessagePort,
    add(value, moved) {
      if (moved) moving.push(value)
      return objects.push(value) - 1
    },
    get: (index) => objects[index] as object,
  }
}

function send<T>(value: T, attachments = beside()): T {
  const context = { ...own, attachments }
  return decode(encode(value, context), context) as T
}

describe('writeValue() of what is marked to move', () => {
  test('puts a buffer beside the bytes, and its views keep their place', () => {
    const buffer = new ArrayBuffer(1024)
    const value = { list: [new Float32Array(buffer, 4, 2), buffer, new ArrayBuffer(8)] as const }
    markMoving(value, [buffer])
    const attachments = beside()
    const [view, same, copied] = send(value, attachments).list
    expect(attachments.moving).toEqual([buffer])
    expect(attachments.objects).toEqual([buffer])
    expect(same).toBe(buffer)
    expect([view.buffer, view.byteOffset, view.length]).toEqual([buffer, 4, 2])
    expect(copied.byteLength).toBe(8)
  })

  test.each<[string, (buffer: ArrayBuffer) => ArrayBufferView]>([
    ['the whole of it', (buffer) => new Uint8Array(buffer)],
    ['a part of it', (buffer) => new Int16Array(buffer, 2, 3)],
    ['a DataView', (buffer) => new DataView(buffer, 1, 5)],
    ['a Buffer', (buffer) => Buffer.from(buffer, 3, 4)],
  ])('moves what is under a view: %s', (_name, make) => {
    const buffer = new ArrayBuffer(16)
    const view = make(buffer)
    markMoving(view, [buffer])
    const sent = send(view)
    expect([sent.buffer, sent.byteOffset, sent.byteLength]).toEqual([buffer, view.byteOffset, view.byteLength])
  })

  test('moves a buffer that comes before the value it goes with', () => {
    const buffer = new ArrayBuffer(16)
    const frame = { pixels: new Uint8Array(buffer) }
    markMoving(frame, [buffer])
    const sent = send([new Uint8Array(buffer, 4, 2), frame] as const)
    expect([sent[0].buffer, sent[0].byteOffset, sent[0].length]).toEqual([buffer, 4, 2])
    expect(sent[1].pixels.buffer).toBe(buffer)
  })

  test('copies a buffer whose value is not in the message', () => {
    const buffer = new ArrayBuffer(16)
    markMoving({ buffer }, [buffer])
    const attachments = beside()
    const sent = send({ other: buffer }, attachments)
    expect(attachments.objects).toEqual([])
    expect(sent.other).not.toBe(buffer)
    expect(sent.other.byteLength).toBe(16)
  })

  test('copies where nothing moves', () => {
    const buffer = new ArrayBuffer(16)
    markMoving(buffer, [buffer])
    expect(send(buffer, beside(false))).not.toBe(buffer)
  })

  test('says of a port whether it was asked for', () => {
    const [one, two] = [new MessageChannel(), new MessageChannel()]
    const value = [one.port1, two.port1]
    markMoving(value, [one.port1])
    const attachments = beside()
    expect(send(value, attachments)).toEqual(value)
    expect(attachments.moving).toEqual([one.port1])
    for (const { port1 } of [one, two]) port1.close()
  })

  test('does not count a moved buffer against the limit of bytes', () => {
    const buffer = new ArrayBuffer(4096)
    const context = { ...own, limits: { ...own.limits, bytes: 100 }, attachments: beside() }
    expect(() => encode([buffer], context)).toThrow('larger than 100 bytes')
    markMoving(buffer, [buffer])
    expect(decode(encode([buffer], context), context)).toEqual([buffer])
  })
})

test('checkValue() tells that something moves', () => {
  const context = { ...own, attachments: beside() }
  const value = { deep: [new Uint8Array(8)] }
  expect(checkValue(value, context, '')).toBe(false)
  markMoving(value, [(value.deep[0] as Uint8Array).buffer])
  expect(checkValue(value, context, '')).toBe(true)
  expect(checkValue(value, { ...own, attachments: beside(false) }, '')).toBe(false)
})

test('moveOn() moves again what came by being moved, and nothing else', () => {
  const [moved, copied] = [new ArrayBuffer(8), new ArrayBuffer(8)]
  const value = { moved, copied }
  markMoving(value, [moved])
  const arrived = send(value)
  const again = beside()
  send(arrived, again)
  expect(again.objects).toEqual([])
  moveOn(arrived)
  moveOn('no object')
  send(arrived, again)
  expect(again.objects).toEqual([moved])
})

describe('contentsOf()', () => {
  test('finds all that a message can hold', () => {
    const hidden = [new ArrayBuffer(1), new ArrayBuffer(2), new ArrayBuffer(3), new ArrayBuffer(4), new ArrayBuffer(5)] as const
    const value = {
      list: [[hidden[0]]],
      map: new Map<object, object>([[{ key: hidden[1] }, new Set([new Uint8Array(hidden[2])])]]),
      error: Object.assign(new AggregateError([hidden[3]], 'x', { cause: { deep: hidden[4] } }), { field: 1 }),
      self: null as unknown,
    }
    value.self = value
    const contents = contentsOf(value)
    expect(hidden.map((buffer) => contents.has(buffer))).toEqual([true, true, true, true, true])
    expect(contents.has(value)).toBe(true)
    expect(contentsOf('text').size).toBe(0)
  })

  test('passes over what cannot be read', () => {
    const buffer = new ArrayBuffer(1)
    const sly = {
      get value(): never {
        throw new Error('no')
      },
    }
    expect(contentsOf([sly, buffer]).has(buffer)).toBe(true)
  })
})

test('isDetached() tells an empty buffer from one whose bytes are gone', () => {
  const buffer = new ArrayBuffer(8)
  expect([isDetached(buffer), isDetached(new ArrayBuffer(0))]).toEqual([false, false])
  structuredClone(buffer, { transfer: [buffer] })
  expect(isDetached(buffer)).toBe(true)
})
