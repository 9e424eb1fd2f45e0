/** What one end of a link does at a moment that real threads seldom meet: both ends are in one thread, and nothing happens between two lines. */

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, it } from 'vitest'
import type { FrameWriter } from '../../../src/runtime/links/link.js'
import { Awake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'
import { Poller } from '../../../src/runtime/links/ring/poller.js'
import { RingLink } from '../../../src/runtime/links/ring/ring-link.js'
import { newRingRoomMemory, RingRoom } from '../../../src/runtime/links/ring/ring-room.js'
import { nodeText, nodeWorld } from '../../../src/runtime/node-world.js'

interface End {
  readonly link: RingLink
  readonly texts: string[]
  rooms: number
  closes: number
  onFrame: (text: string) => void
}

const { clock, scheduler } = nodeWorld({ hold: () => undefined })
const LARGE = 'x'.repeat(2 ** 20)

/** Two ends whose rings are there and stay as small as they are. */
async function ends(): Promise<[End, End]> {
  const { port1, port2 } = new MessageChannel()
  const shared = { awake: newAwakeMemory(2), room: newRingRoomMemory(2) }
  const both: [End, End] = [end(shared, port1, 0), end(shared, port2, 1)]
  for (const { link } of both) link.send(write('first'))
  await until(() => both.every(({ texts }) => texts.length === 1))
  return both
}

function end(
  memory: { awake: ReturnType<typeof newAwakeMemory>; room: ReturnType<typeof newRingRoomMemory> },
  port: MessagePort,
  slot: number,
): End {
  const awake = new Awake(memory.awake, { slot, life: 0 })
  const poller = new Poller({ clock, scheduler, awake, cores: 1, isBusy: () => false })
  const host = { text: nodeText, awake, poller, room: new RingRoom(memory.room, { slot, maxBytes: 0 }) }
  const made = { texts: [] as string[], rooms: 0, closes: 0, onFrame: (text: string) => void made.texts.push(text) }
  const link = new RingLink(
    host,
    { port, there: { slot: 1 - slot, life: 0 } },
    { onFrame: ({ bytes }) => made.onFrame(bytes.string()), onRoom: () => void made.rooms++, onClosed: () => void made.closes++ },
  )
  return Object.assign(made, { link })
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
  other.link.read(Number.POSITIVE_INFINITY)
  other.link.send(write(LARGE))
  one.link.read(1)
  for (let i = 0; i < 1000 && one.link.full; i++) await turn()
  expect([one.link.full, one.rooms, other.texts.length]).toEqual([false, 1, sent])
  closeAll(one, other)
})
