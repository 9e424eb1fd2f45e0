/** What every link between two threads keeps, whatever carries it. */

import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { FrameReader, FrameWriter, Link, LinkListener } from '../../../src/runtime/links/link.js'
import { PortLink } from '../../../src/runtime/links/port-link.js'
import { Awake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'
import { Poller } from '../../../src/runtime/links/ring/poller.js'
import { RingLink } from '../../../src/runtime/links/ring/ring-link.js'
import { newRingRoomMemory, RingRoom } from '../../../src/runtime/links/ring/ring-room.js'
import { nodeText, nodeWorld } from '../../../src/runtime/node-world.js'

interface Side {
  readonly link: Link
  readonly frames: string[]
  readonly beside: object[][]
  rooms: number
  closes: number
  /** What happens with each frame. */
  onFrame: (text: string) => void
}

type Open = (port: MessagePort, slot: number, listener: LinkListener) => Link

const world = nodeWorld({ hold: () => undefined })
/** What was thrown where nothing catches it: in a turn of the event loop. */
const thrown: unknown[] = []
const scheduler = { ...world.scheduler, macrotask: (run: () => void) => world.scheduler.macrotask(guarded(run)) }

function guarded<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      run(...args)
    } catch (error) {
      thrown.push(error)
    }
  }
}

/** Two threads in one; `maxBytes` is what their rings may grow by. */
function rings({ maxBytes, cores }: { maxBytes: number; cores: number }): Open {
  const memory = newAwakeMemory(2)
  const room = newRingRoomMemory(2)
  return (port, slot, listener) => {
    const awake = new Awake(memory, { slot, life: 0 })
    const poller = new Poller({ clock: world.clock, scheduler, awake, cores, isBusy: () => false })
    const host = { text: nodeText, awake, poller, room: new RingRoom(room, { slot, maxBytes }) }
    return new RingLink(host, { port, there: { slot: 1 - slot, life: 0 } }, listener)
  }
}

const kinds: [name: string, open: () => Open][] = [
  ['PortLink', () => (port, _, listener) => new PortLink({ port, text: nodeText, apart: false }, listener)],
  ['RingLink', () => rings({ maxBytes: 2 ** 22, cores: 4 })],
  ['RingLink on one core', () => rings({ maxBytes: 2 ** 22, cores: 1 })],
  ['RingLink that must not grow', () => rings({ maxBytes: 0, cores: 4 })],
]

function pair(open: Open): [Side, Side] {
  const { port1, port2 } = new MessageChannel()
  thrown.length = 0
  for (const port of [port1, port2]) {
    const on = port.on.bind(port)
    Object.assign(port, { on: (event: 'message', listener: (value: unknown) => void) => on(event, guarded(listener)) })
  }
  return [side(open, port1, 0), side(open, port2, 1)]
}

function side(open: Open, port: MessagePort, slot: number): Side {
  const made = {
    frames: [] as string[],
    beside: [] as object[][],
    rooms: 0,
    closes: 0,
    onFrame: (text: string) => void made.frames.push(text),
  }
  const listener: LinkListener = {
    onFrame: (frame) => {
      const beside: object[] = []
      const text = read(frame, beside)
      made.beside.push(beside)
      made.onFrame(text)
    },
    onRoom: () => void made.rooms++,
    onClosed: () => void made.closes++,
  }
  return Object.assign(made, { link: open(port, slot, listener) })
}

/** A frame is a text and the number of what is beside it. */
function write(text: string, ...beside: (ArrayBuffer | MessagePort)[]) {
  return ({ bytes, attachments }: FrameWriter): void => {
    bytes.string(text)
    bytes.varint(beside.length)
    for (const one of beside) bytes.varint(attachments.add(one, true))
  }
}

function read({ bytes, attachments }: FrameReader, beside: object[]): string {
  const text = bytes.string()
  for (let n = bytes.varint(); n > 0; n--) beside.push(attachments.get(bytes.varint()))
  return text
}

/** Lets the event loop turn until something has come true; a test that waits in vain ends by its own limit. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

function closeAll(...sides: Side[]): void {
  for (const { link } of sides) link.close()
}

describe.each(kinds)('%s', (_, open) => {
  it('hands frames on in order, each once, short and long ones, both ways', async () => {
    const [one, other] = pair(open())
    const texts = Array.from({ length: 3000 }, (_, i) => `${i} ${'x'.repeat(i % 97 === 0 ? 40_000 : i % 211)}`)
    for (const [i, text] of texts.entries()) {
      one.link.send(write(text))
      other.link.send(write(`back ${text}`))
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      one.link.flush()
      other.link.flush()
    }
    await until(() => other.frames.length === texts.length && one.frames.length === texts.length)
    expect(other.frames).toEqual(texts)
    expect(one.frames).toEqual(texts.map((text) => `back ${text}`))
    expect(one.link.sent).toBe(texts.length)
    closeAll(one, other)
  })

  it('keeps what changes hands in its place among the others', async () => {
    const [one, other] = pair(open())
    const { port1, port2 } = new MessageChannel()
    for (let i = 0; i < 200; i++) {
      const buffer = new Uint8Array(8).fill(i).buffer
      one.link.send(i === 100 ? write(`${i}`, port1) : i % 3 === 0 ? write(`${i}`, buffer) : write(`${i}`))
    }
    one.link.flush()
    await until(() => other.frames.length === 200)
    expect(other.frames).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`))
    expect(new Uint8Array(other.beside[99]?.[0] as ArrayBuffer)).toEqual(new Uint8Array(8).fill(99))
    const [moved] = other.beside[100] as [MessagePort]
    moved.postMessage('through')
    expect(receiveMessageOnPort(port2)).toEqual({ message: 'through' })
    port2.close()
    closeAll(one, other)
  })

  it('appends nothing when a frame cannot be written or moved', async () => {
    const [one, other] = pair(open())
    const { port1, port2 } = new MessageChannel()
    one.link.send(write('before'))
    const failing = ({ bytes, attachments }: FrameWriter): void => {
      bytes.string('half a frame')
      attachments.add(new ArrayBuffer(8), true)
      throw new RangeError('it cannot be written')
    }
    expect(() => one.link.send(failing)).toThrow('it cannot be written')
    const gone = new MessageChannel().port1
    structuredClone(gone, { transfer: [gone] }).close()
    expect(() => one.link.send(write('cannot be moved', gone))).toThrow('cannot be moved')
    one.link.send(write('after', port1))
    one.link.flush()
    await until(() => other.frames.length === 2)
    expect(other.frames).toEqual(['before', 'after'])
    expect(one.link.sent).toBe(2)
    port2.close()
    closeAll(one, other)
  })

  it('puts what is sent while a frame is being written behind it', async () => {
    const [one, other] = pair(open())
    one.link.send((frame) => {
      one.link.send(write('second'))
      one.link.send(write('third', new ArrayBuffer(8)))
      write('first')(frame)
    })
    one.link.send(write('fourth'))
    one.link.flush()
    await until(() => other.frames.length === 4)
    expect(other.frames).toEqual(['first', 'second', 'third', 'fourth'])
    closeAll(one, other)
  })

  it('is full when too much is on its way, still carries what is sent, and says when there is room', async () => {
    const [one, other] = pair(open())
    let sent = 0
    while (!one.link.full && sent < 1_000_000) {
      for (let i = 0; i < 100; i++) one.link.send(write(`${sent++}`))
      one.link.flush()
    }
    one.link.send(write(`${sent++}`))
    one.link.flush()
    expect(one.link.full).toBe(true)
    const before = one.rooms
    await until(() => other.frames.length === sent && one.rooms > before)
    expect(one.link.full).toBe(false)
    expect(other.frames.every((text, i) => text === `${i}`)).toBe(true)
    closeAll(one, other)
  })

  it('is full by the bytes of large frames, too', async () => {
    const [one, other] = pair(open())
    const large = 'x'.repeat(2 ** 20)
    let sent = 0
    while (!one.link.full && sent < 1000) {
      one.link.send(write(large))
      one.link.flush()
      sent++
    }
    expect(one.link.full).toBe(true)
    await until(() => other.frames.length === sent && !one.link.full)
    expect(other.frames.every((text) => text.length === 2 ** 20)).toBe(true)
    closeAll(one, other)
  })

  it('does not stand still when both directions are full at once', async () => {
    const [one, other] = pair(open())
    const sides = [one, other]
    for (const { link } of sides) {
      for (let i = 0; i < 30_000; i++) link.send(write(`${i} ${'y'.repeat(100)}`))
      link.flush()
    }
    await until(() => sides.every(({ frames }) => frames.length === 30_000))
    expect(sides.every(({ frames }) => frames.every((text, i) => text.startsWith(`${i} `)))).toBe(true)
    closeAll(one, other)
  })

  it('hands on what was sent before the other side closed, then says so, once', async () => {
    const [one, other] = pair(open())
    for (let i = 0; i < 20_000; i++) one.link.send(write(`${i}`))
    one.link.send(write('large', new ArrayBuffer(8)))
    let framesAtClose = -1
    other.onFrame = (text) => {
      other.frames.push(text)
      expect(other.closes).toBe(0)
    }
    one.link.close()
    one.link.close()
    one.link.send(write('after its end'))
    await until(() => other.closes > 0)
    framesAtClose = other.frames.length
    await new Promise((resolve) => setImmediate(resolve))
    expect([framesAtClose, other.frames.length, other.frames.at(-1), other.closes]).toEqual([20_001, 20_001, 'large', 1])
    expect(() => other.link.send(write('to nobody'))).not.toThrow()
    other.link.close()
  })

  it('loses nothing but the frames on which its listener throws', async () => {
    const [one, other] = pair(open())
    const isBad = (i: number): boolean => i % 100 === 7
    other.onFrame = (text) => {
      if (isBad(Number(text))) throw new Error(text)
      other.frames.push(text)
    }
    for (let i = 0; i < 10_000; i++) one.link.send(i % 3 === 0 ? write(`${i}`, new ArrayBuffer(8)) : write(`${i}`))
    one.link.close()
    await until(() => other.closes > 0)
    const numbers = Array.from({ length: 10_000 }, (_, i) => i)
    expect(other.frames).toEqual(numbers.filter((i) => !isBad(i)).map(String))
    expect(thrown).toContainEqual(new Error('7'))
    other.link.close()
  })

  it('hands nothing on that its listener has closed it before', async () => {
    const [one, other] = pair(open())
    other.onFrame = (text) => {
      other.frames.push(text)
      if (text === '50') other.link.close()
    }
    for (let i = 0; i < 100; i++) one.link.send(i % 2 === 0 ? write(`${i}`, new ArrayBuffer(8)) : write(`${i}`))
    one.link.flush()
    await until(() => one.closes > 0 && other.closes > 0)
    expect(other.frames.at(-1)).toBe('50')
    expect(thrown).toEqual([])
  })
})
