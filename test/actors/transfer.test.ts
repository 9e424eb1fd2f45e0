import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import type { System, SystemOptions } from '../../src/actors/system-type.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { transfer } from '../../src/runtime/transfer.js'
import { createTestSystem } from '../../src/testing/create-test-system.js'
import { failureOf } from './evidence.js'

const BYTES = 1024

let system: System
afterEach(() => system?.stop())

interface Frame {
  readonly label: string
  readonly pixels: Uint8Array<ArrayBuffer>
}

function frame(): Frame {
  return { label: 'one', pixels: new Uint8Array(BYTES).fill(7) }
}

/** What arrived, as plain facts. */
function look(pixels: Uint8Array<ArrayBuffer>): readonly unknown[] {
  return [pixels.constructor.name, pixels.byteOffset, pixels.length, pixels.buffer.byteLength, pixels.at(-1)]
}

const WHOLE = ['Uint8Array', 0, BYTES, BYTES, 7]

interface Made {
  readonly camera: Remote<{
    take(frame: Frame): readonly unknown[]
    both(one: unknown, other: unknown): boolean
    hand(): Frame
    keep(port: MessagePort): void
    mine(): readonly number[]
    many(): AsyncIterable<Uint8Array<ArrayBuffer>>
  }>
}

/** The methods of every kind of receiver. */
function methods() {
  const made: Uint8Array[] = []
  const ports: MessagePort[] = []
  const make = (): Uint8Array<ArrayBuffer> => {
    const pixels = new Uint8Array(BYTES).fill(7)
    made.push(pixels)
    return pixels
  }
  return {
    take: ({ pixels }: Frame) => look(pixels),
    both: (one: Uint8Array, other: Uint8Array) => one.buffer === other.buffer,
    hand() {
      const pixels = make()
      return transfer({ label: 'handed', pixels }, [pixels.buffer])
    },
    keep: (port: MessagePort) => void ports.push(port),
    /** How many bytes are left of what was handed out. */
    mine: () => made.map((pixels) => pixels.length),
    async *many() {
      for (let i = 0; i < 3; i++) {
        const pixels = make()
        yield transfer(pixels, [pixels.buffer])
      }
    },
  }
}

async function start(place: string): Promise<Made> {
  const options: Record<string, SystemOptions> = { shared: { share: true }, strict: { strict: true }, 'light and strict': { strict: true } }
  system = place === 'test' ? (await createTestSystem({ seed: 1 })).system : await createSystem({ threads: 0, ...options[place] })
  const light = place.startsWith('light')
  const camera: unknown = light ? system.spawn(actor(methods)) : await system.spawn(service(import.meta, 'camera', methods))
  return { camera: camera as Made['camera'] }
}

describe.each(['copying', 'shared', 'strict', 'light', 'light and strict', 'test'])('transfer() within a thread (%s)', (place) => {
  it('moves the buffer of an argument', async () => {
    const { camera } = await start(place)
    const one = frame()
    const taken = camera.take(transfer(one, [one.pixels.buffer]))
    expect([one.pixels.length, one.pixels.buffer.byteLength]).toEqual([0, 0])
    expect(await taken).toEqual(WHOLE)
  })

  it('moves what is nested in an argument', async () => {
    const { camera } = await start(place)
    const pixels = new Uint8Array(BYTES).fill(7)
    expect(await camera.take({ label: 'nested', pixels: transfer(pixels, [pixels.buffer]) })).toEqual(WHOLE)
    expect(pixels.length).toBe(0)
  })

  it('keeps offset and length of views, and what they have in common', async () => {
    const { camera } = await start(place)
    const buffer = new ArrayBuffer(BYTES)
    const view = new Uint8Array(buffer, 8, 16).fill(7)
    expect(await camera.take(transfer({ label: 'part', pixels: view }, [buffer]))).toEqual(['Uint8Array', 8, 16, BYTES, 7])
    const next = new ArrayBuffer(BYTES)
    expect(await camera.both(new Uint8Array(next, 4, 4), transfer(new Uint16Array(next, 2, 2), [next]))).toBe(true)
    expect(next.byteLength).toBe(0)
  })

  it('moves the buffer of a result', async () => {
    const { camera } = await start(place)
    const { label, pixels } = await camera.hand()
    expect([label, ...look(pixels)]).toEqual(['handed', ...WHOLE])
    expect(await camera.mine()).toEqual([0])
  })

  it('moves the buffers of a stream', async () => {
    const { camera } = await start(place)
    const seen: unknown[] = []
    for await (const pixels of camera.many()) seen.push(look(pixels))
    expect(seen).toEqual([WHOLE, WHOLE, WHOLE])
    expect(await camera.mine()).toEqual([0, 0, 0])
  })

  it('moves what is told and offered', async () => {
    const { camera } = await start(place)
    const [told, offered] = [frame(), frame()]
    expect(camera.$.tell.take(transfer(told, [told.pixels.buffer]))).toBe('accepted')
    await camera.$.offer.take(transfer(offered, [offered.pixels.buffer]))
    expect([told.pixels.length, offered.pixels.length]).toEqual([0, 0])
  })

  it('moves a port', async () => {
    const { camera } = await start(place)
    const { port1, port2 } = new MessageChannel()
    await camera.keep(transfer(port1, [port1]))
    port1.postMessage('from who has it no more')
    expect(receiveMessageOnPort(port2)).toBeUndefined()
    port2.close()
  })

  it('moves nothing when another part cannot be sent', async () => {
    const { camera } = await start(place)
    const one = frame()
    const bad = transfer({ ...one, callback: () => 1 }, [one.pixels.buffer])
    expect(await failureOf(camera.take(bad))).toMatchObject({ error: 42, message: expect.stringContaining('args[0].callback') })
    expect(() => camera.$.tell.take(bad)).toThrow('args[0].callback')
    expect(one.pixels.length).toBe(BYTES)
    expect(await camera.take(one)).toEqual(WHOLE)
    expect(one.pixels.length).toBe(BYTES)
  })

  it('refuses a value whose buffer has gone, with the path to it', async () => {
    const { camera } = await start(place)
    const one = frame()
    const marked = transfer(one, [one.pixels.buffer])
    await camera.take(marked)
    const failure = await failureOf(camera.take(marked))
    expect(failure).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    expect(String(failure)).toContain('args[0].pixels is detached')
  })
})

it('init is moved from who spawns, and every incarnation gets a copy of it', async () => {
  const t = await createTestSystem({ seed: 1 })
  system = t.system
  const Keeper = service(import.meta, 'keeper', (self, init: Frame) => ({
    length: () => init.pixels.fill(1).length + (init.pixels[0] as number),
    fail: () => void self.after(0, () => Promise.reject(new Error('again'))),
  }))
  const one = frame()
  const keeper = await system.spawn(Keeper, { init: transfer(one, [one.pixels.buffer]) })
  expect(one.pixels.length).toBe(0)
  expect(await keeper.length()).toBe(BYTES + 1)
  await keeper.fail()
  await t.settled()
  expect(await keeper.length()).toBe(BYTES + 1)
})

it('a pool and forward() pass on what was moved', async () => {
  system = await createSystem({ threads: 0 })
  const Worker = service(import.meta, 'worker', methods)
  const pool = await system.pool(Worker, { size: 2, host: 'inline' })
  const [one, two] = [frame(), frame()]
  expect(await pool.take(transfer(one, [one.pixels.buffer]))).toEqual(WHOLE)
  expect(look((await pool.hand()).pixels)).toEqual(WHOLE)
  const kept: Frame[] = []
  const Front = actor((self) => ({
    take(frame: Frame) {
      kept.push(frame)
      return self.request.forward(pool)
    },
  }))
  expect(await system.spawn(Front).take(transfer(two, [two.pixels.buffer]))).toEqual(WHOLE)
  expect([one, two, ...kept].map(({ pixels }) => pixels.length)).toEqual([0, 0, 0])
})

it('what was moved to an actor is not marked there: sent on, it is copied', async () => {
  system = await createSystem({ threads: 0 })
  const { camera } = { camera: system.spawn(actor(methods)) }
  const front = await system.spawn(
    service(import.meta, 'front', () => ({ take: async (one: Frame) => [await camera.take(structuredClone(one)), one.pixels.length] })),
  )
  const one = frame()
  expect(await front.take(transfer(one, [one.pixels.buffer]))).toEqual([WHOLE, BYTES])
  const handed = await camera.hand()
  expect(await front.take(handed)).toEqual([WHOLE, BYTES])
  expect(handed.pixels.length).toBe(BYTES)
})

it('passes contracts that are checked', async () => {
  system = (await createTestSystem({ seed: 1 })).system
  const Api = contract('checked', {
    methods: {
      take: method(z.object({ label: z.string(), pixels: z.instanceof(Uint8Array) }), z.int()),
      hand: method([], z.instanceof(Uint8Array)),
      many: stream([], z.instanceof(Uint8Array)),
    },
  })
  const { hand, many } = methods()
  const checked = await system.spawn(
    service(import.meta, Api, () => ({ take: ({ pixels }) => pixels.length, hand: () => hand().pixels, many })),
  )
  const one = frame()
  expect(await checked.take(transfer(one, [one.pixels.buffer]))).toBe(BYTES)
  expect(await checked.hand()).toHaveLength(BYTES)
  for await (const pixels of checked.many()) expect(pixels).toHaveLength(BYTES)
})

it('a typed failure carries copies', async () => {
  system = await createSystem({ threads: 0 })
  const mine = new Uint8Array(4)
  const failing = system.spawn(
    actor((self) => ({
      fail: () => {
        throw self.failure('Full', transfer({ mine }, [mine.buffer]))
      },
    })),
  )
  expect(await failureOf(failing.fail())).toMatchObject({ code: 'Full', data: { mine: new Uint8Array(4) } })
  expect(mine.length).toBe(4)
})

it('a log record moves nothing', async () => {
  system = await createSystem({ threads: 0, log: { debug() {}, info() {}, warn() {}, error() {} } })
  const mine = new Uint8Array(4)
  const talking = system.spawn(actor((self) => ({ say: () => self.log.info('frame', transfer({ mine }, [mine.buffer])) })))
  await talking.say()
  expect(mine.length).toBe(4)
})

describe('transfer()', () => {
  const buffer = new ArrayBuffer(16)
  const gone = new ArrayBuffer(16)
  structuredClone(gone, { transfer: [gone] })
  const pooled = Buffer.from('pooled')
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } } }
  const memory = new wasm.Memory({ initial: 1 })
  const { port1 } = new MessageChannel()
  structuredClone(port1, { transfer: [port1] }).close()

  it.each<[string, unknown, unknown, string]>([
    ['no list', {}, buffer, 'transfer(): list is'],
    ['what is no buffer', [5], [5], 'list[0] is 5; give an ArrayBuffer or a MessagePort'],
    ['a view', new Uint8Array(buffer), [new Uint8Array(buffer)], 'list[0] is a view; give the buffer it is a view of'],
    ['shared memory', new SharedArrayBuffer(8), [new SharedArrayBuffer(8)], 'list[0] is a SharedArrayBuffer, which both sides have'],
    ['what was moved before', [gone], [gone], 'list[0] is a detached ArrayBuffer: its bytes were moved elsewhere before'],
    ['a port that was moved before', [port1], [port1], 'list[0] is a MessagePort that cannot be moved'],
    ['the pool of Buffers', pooled, [pooled.buffer], 'bytes, cannot be moved: it is the pool that Node makes small Buffers of'],
    [
      'memory of WebAssembly',
      [memory.buffer],
      [memory.buffer],
      'list[0], an ArrayBuffer of 65536 bytes, cannot be moved: it is the pool that Node makes small Buffers of, or memory of WebAssembly',
    ],
    ['a buffer that is elsewhere', { a: 1 }, [buffer], 'list[0], an ArrayBuffer of 16 bytes, does not occur in the value'],
    ['a second that is elsewhere', { buffer }, [buffer, new ArrayBuffer(3)], 'list[1], an ArrayBuffer of 3 bytes, does not occur'],
  ])('refuses %s', (_name, value, list, message) => {
    expect(() => transfer(value, list as [])).toThrow(message)
    expect(() => transfer(value, list as [])).toThrow(TypeError)
  })

  it('returns the value itself', () => {
    const value = { buffer }
    expect(transfer(value, [buffer])).toBe(value)
    expect(transfer('nothing to move', [])).toBe('nothing to move')
    expect(buffer.byteLength).toBe(16)
  })
})
