/** Rings between real threads: what each of two threads can see of what the other does at the same moment, and what is left when one ends. */

import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Awake, newAwakeMemory } from '../../../src/runtime/links/ring/awake.js'
import { newRing } from '../../../src/runtime/links/ring/layout.js'
import { Poller } from '../../../src/runtime/links/ring/poller.js'
import { RingLink } from '../../../src/runtime/links/ring/ring-link.js'
import { newRingRoomMemory, RingRoom } from '../../../src/runtime/links/ring/ring-room.js'
import { nodeText, nodeWorld } from '../../../src/runtime/node-world.js'

const ROUNDS = 3000
const world = nodeWorld({ hold: () => undefined })

/** What the two have seen, counted: `10` is what the first has seen and the second has not. */
async function outcomes(kind: 'parking' | 'waiting'): Promise<Record<string, number>> {
  const shared = {
    ring: newRing(64 * 1024),
    awakeMemory: newAwakeMemory(2),
    barrier: new SharedArrayBuffer(8),
    seen: new SharedArrayBuffer(ROUNDS * 2),
    kind,
    rounds: ROUNDS,
  }
  const file = new URL('./threads/litmus.js', import.meta.url)
  const threads = [0, 1].map((role) => new Worker(file, { workerData: { ...shared, role } }))
  await Promise.all(threads.map((thread) => once(thread, 'exit')))
  const seen = new Uint8Array(shared.seen)
  const table: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    const outcome = `${seen[round * 2]}${seen[round * 2 + 1]}`
    table[outcome] = (table[outcome] ?? 0) + 1
  }
  return table
}

interface Other {
  readonly worker: Worker
  readonly link: RingLink
  readonly texts: string[]
  readonly complaints: string[]
  readonly closed: Promise<void>
}

/** A link to a thread that writes so many frames. */
function connect({ frames, cores, echoes = false }: { frames: number; cores: number; echoes?: boolean }): Other {
  const { port1, port2 } = new MessageChannel()
  const awakeMemory = newAwakeMemory(2)
  const roomMemory = newRingRoomMemory(2)
  const workerData = { port: port2, awakeMemory, roomMemory, cores, frames, echoes }
  const worker = new Worker(new URL('./threads/writing-end.js', import.meta.url), { workerData, transferList: [port2] })
  const awake = new Awake(awakeMemory, { slot: 0, life: 0 })
  const poller = new Poller({ clock: world.clock, scheduler: world.scheduler, awake, cores, isBusy: () => false })
  const host = { text: nodeText, awake, poller, room: new RingRoom(roomMemory, { slot: 0, maxBytes: 2 ** 22 }) }
  const texts: string[] = []
  const complaints: string[] = []
  worker.on('message', (complaint: string) => complaints.push(complaint))
  let close = (): void => undefined
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const listener = {
    onFrame: ({ bytes }: { bytes: { string(): string } }) => void texts.push(bytes.string()),
    onRoom: () => undefined,
    onClosed: close,
  }
  return { worker, link: new RingLink(host, { port: port1, there: { slot: 1, life: 0 } }, listener), texts, complaints, closed }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

const sizeOf = (i: number): number => (i % 501 === 0 ? 30_000 : (i * 7919) % 400)

describe('Rings between threads', () => {
  it('a record that is published while its reader parks is seen by the one or rung for by the other', async () => {
    const table = await outcomes('parking')
    expect(table['00']).toBeUndefined()
    expect(Object.values(table).reduce((sum, one) => sum + one, 0)).toBe(ROUNDS)
  })

  it('room that is made while the writer begins to wait is seen by the one or rung for by the other', async () => {
    const table = await outcomes('waiting')
    expect(table['00']).toBeUndefined()
    expect(Object.values(table).reduce((sum, one) => sum + one, 0)).toBe(ROUNDS)
  })

  it.each([1, 8])('every frame arrives whole and in order from a thread that sends in bursts (%i cores)', async (cores) => {
    const { worker, texts, link } = connect({ frames: 50_000, cores })
    await until(() => texts.length === 50_000)
    expect(texts.every((text, i) => text.startsWith(`${i} `) && text.length === `${i} `.length + sizeOf(i))).toBe(true)
    link.close()
    await worker.terminate()
  })

  it.each([1, 8])('one frame at a time to and fro never stops (%i cores)', async (cores) => {
    const { worker, texts, link } = connect({ frames: 0, cores, echoes: true })
    for (let i = 0; i < 3000; i++) {
      link.send(({ bytes }) => bytes.string(`${i}`))
      await until(() => texts.length === i + 1)
      // Long enough, now and then, for both to park.
      if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(texts.every((text, i) => text === `${i}`)).toBe(true)
    link.close()
    await worker.terminate()
  })

  it('what a thread had published before it was ended arrives, nothing else, then its end', async () => {
    for (const before of [0, 1, 1000, 20_000]) {
      const { worker, texts, closed, link } = connect({ frames: 10_000_000, cores: 8 })
      await until(() => texts.length >= before)
      await worker.terminate()
      await closed
      expect(texts.every((text, i) => text.startsWith(`${i} `) && text.length === `${i} `.length + sizeOf(i))).toBe(true)
      expect(link.hasMore).toBe(false)
    }
  })
})
