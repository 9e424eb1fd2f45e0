/** What one end of a link does at a moment that real threads seldom meet: both ends are in one thread, and nothing happens between two lines. */

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, it } from 'vitest'
import type { FrameWriter } from '../../../src/runtime/links/link.js'
import { Awake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'
import { Poller, type PollerOptions } from '../../../src/runtime/links/ring/poller.js'
import { RingLink } from '../../../src/runtime/links/ring/ring-link.js'
import { newRingRoomMemory, RingRoom } from '../../../src/runtime/links/ring/ring-room.js'
import { nodeText, nodeWorld } from '../../../src/runtime/node-world.js'

interface End {
  readonly poller: Poller
  readonly link: RingLink
  readonly texts: string[]
  rooms: number
  closes: number
  onFrame: (text: string) => void
}

type Time = Pick<PollerOptions, 'clock' | 'scheduler'>

const real: Time = nodeWorld({ hold: () => undefined })
const LARGE = 'x'.repeat(2 ** 20)

/** Two ends whose rings are there and stay as small as they are. */
async function ends(time = real): Promise<[End, End]> {
  const { port1, port2 } = new MessageChannel()
  const shared = { awake: newAwakeMemory(2), room: newRingRoomMemory(2) }
  const both: [End, End] = [end({ ...shared, time: real }, port1, 0), end({ ...shared, time }, port2, 1)]
  for (const { link } of both) link.send(write('first'))
  await until(() => both.every(({ texts }) => texts.length === 1))
  return both
}

interface Shared {
  readonly awake: ReturnType<typeof newAwakeMemory>
  readonly room: ReturnType<typeof newRingRoomMemory>
  readonly time: Time
}

function end(shared: Shared, port: MessagePort, slot: number): End {
  const awake = new Awake(shared.awake, { slot, life: 0 })
  const poller = new Poller({ ...shared.time, awake, cores: 1, isBusy: () => false })
  const host = { text: nodeText, awake, poller, room: new RingRoom(shared.room, { slot, maxBytes: 0 }) }
  const made = { texts: [] as string[], rooms: 0, closes: 0, onFrame: (text: string) => void made.texts.push(text) }
  const link = new RingLink(
    host,
    { port, there: { slot: 1 - slot, life: 0 } },
    { onFrame: ({ bytes }) => made.onFrame(bytes.string()), onRoom: () => void made.rooms++, onClosed: () => void made.closes++ },
  )
  return Object.assign(made, { link, poller })
}

function write(text: string) {
  return ({ bytes }: FrameWriter): void => bytes.string(text)
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await turn()
}

/** A turn of the event loop. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function closeAll(...all: End[]): void {
  for (const { link } of all) link.close()
}

it('a link hands on no more large frames at a time than the event loop can wait for', async () => {
  const [one, other] = await ends()
  for (let i = 0; i < 30; i++) one.link.send(write(LARGE))
  other.link.read(1024)
  expect(other.texts.length).toBe(2)
  await until(() => other.texts.length === 31)
  closeAll(one, other)
})

it('a ring for room that is found while something large is fetched is not lost', async () => {
  const [one, other] = await ends()
  const count = 5000
  for (let i = 0; i < count; i++) one.link.send(write(`${i} ${'y'.repeat(100)}`))
  // It makes room and rings, and sends something large: both are on the port when that is fetched.
  other.link.read(100)
  other.link.send(write(LARGE))
  one.link.read(1)
  expect(one.texts.length).toBe(2)
  for (let i = 0; i < 1000 && other.texts.length <= count; i++) await turn()
  expect(other.texts.length).toBe(count + 1)
  closeAll(one, other)
})

it('room for large frames is told of although it is found while another is fetched', async () => {
  const [one, other] = await ends()
  while (!one.link.full) one.link.send(write(LARGE))
  const sent = one.link.sent
  while (other.link.read(Number.POSITIVE_INFINITY) > 0);
  other.link.send(write(LARGE))
  one.link.read(1)
  for (let i = 0; i < 1000 && one.link.full; i++) await turn()
  expect([one.link.full, one.rooms, other.texts.length]).toEqual([false, 1, sent])
  closeAll(one, other)
})

it('a link lets the event loop turn after a millisecond, whatever it costs to take a frame in', async () => {
  const time = { nowMs: 0 }
  const turns: (() => void)[] = []
  const [one, other] = await ends({ clock: { now: () => time.nowMs }, scheduler: { macrotask: (run) => void turns.push(run) } })
  while (turns.length > 0) turns.shift()?.()
  other.onFrame = (text) => {
    time.nowMs += 0.1
    other.texts.push(text)
  }
  for (let i = 0; i < 1000; i++) one.link.send(write(`${i}`))
  const from = time.nowMs
  other.poller.wake()
  expect(time.nowMs - from).toBeLessThan(5)
  expect(turns.length).toBe(1)
  while (turns.length > 0) turns.shift()?.()
  expect(other.texts.length).toBe(1001)
  closeAll(one, other)
})
