import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { type Remote, type System, transfer } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Camera } from './fixtures/camera.js'
import { failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const BYTES = 64 * 2 ** 20
/** More than any message may hold that is copied; memory of it that nobody writes to is never there. */
const TOO_MUCH = 513 * 2 ** 20

type CameraRemote = Remote<typeof Camera>

function frame(bytes = 1024): { readonly label: string; readonly pixels: Uint8Array<ArrayBuffer> } {
  const pixels = new Uint8Array(bytes)
  pixels[bytes - 1] = 7
  return { label: 'one', pixels }
}

async function start(threads = 2): Promise<{ readonly system: System; readonly camera: CameraRemote }> {
  const system = await startSystem({ threads })
  return { system, camera: await system.spawn(Camera) }
}

describe.each([
  ['to another thread', 2],
  ['within a thread', 0],
])('transfer() %s', (_name, threads) => {
  it('moves a large buffer there and back', async () => {
    const { camera } = await start(threads)
    const one = frame(BYTES)
    const taken = camera.keep(transfer(one, [one.pixels.buffer]))
    expect(one.pixels.length).toBe(0)
    expect(await taken).toEqual({ offset: 0, length: BYTES, last: 7 })
    const back = await camera.giveBack()
    expect([back.label, back.pixels.length, back.pixels.at(-1)]).toEqual(['one', BYTES, 7])
    // It is the same memory: the camera has it no more.
    expect(await camera.kept()).toEqual([0])
  })

  it('keeps its place among small messages', async () => {
    const { camera } = await start(threads)
    const sent: Promise<unknown>[] = []
    for (let i = 0; i < 20; i++) {
      const pixels = new Uint8Array(1024).fill(i)
      sent.push(camera.note(`before ${i}`), camera.note(transfer(pixels, [pixels.buffer])))
      camera.$.tell.note(`after ${i}`)
    }
    await Promise.all(sent)
    const wanted = Array.from({ length: 20 }, (_, i) => [`before ${i}`, i, `after ${i}`]).flat()
    expect(await camera.noted()).toEqual(wanted)
  })

  it('keeps views of one buffer together', async () => {
    const { camera } = await start(threads)
    const buffer = new ArrayBuffer(64)
    const views = [new Uint8Array(buffer, 8, 8), new DataView(buffer, 16), new Float64Array(buffer, 32, 2), Buffer.from(buffer, 1, 3)]
    expect(await camera.views(transfer(views, [buffer]))).toEqual([
      ['Uint8Array', 8, 8, true],
      ['DataView', 16, 48, true],
      ['Float64Array', 32, 16, true],
      ['Uint8Array', 1, 3, true],
    ])
    expect(buffer.byteLength).toBe(0)
  })

  it('moves the buffers of a stream', async () => {
    const { camera } = await start(threads)
    const lengths: number[] = []
    for await (const pixels of camera.shoot(5)) lengths.push(pixels.length)
    expect(lengths).toEqual([1024, 1024, 1024, 1024, 1024])
    expect(await camera.kept()).toEqual([0, 0, 0, 0, 0])
  })

  it('leaves a buffer where it is when its message is refused', async () => {
    const { camera } = await start(threads)
    const one = frame()
    const bad = transfer({ pixels: one.pixels, callback: () => 1 }, [one.pixels.buffer])
    const outcomes = [camera.note('before'), failureOf(camera.note(bad)), camera.note('after')]
    const [, failure] = await Promise.all(outcomes)
    expect(failure).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    expect(await camera.noted()).toEqual(['before', 'after'])
    expect(one.pixels.length).toBe(1024)
    await camera.keep(transfer(one, [one.pixels.buffer]))
    const again = await failureOf(camera.keep(one))
    expect(again.message).toContain('args[0].pixels is detached')
  })

  it('leaves a buffer where it is when its result is refused', async () => {
    const { camera } = await start(threads)
    expect(await failureOf(camera.handBad())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    expect(await camera.kept()).toEqual([1024])
  })

  it('moves init', async () => {
    const { system } = await start(threads)
    const one = frame()
    const spawned = system.spawn(Camera, { name: 'loaded', init: transfer(one, [one.pixels.buffer]) })
    expect(one.pixels.length).toBe(0)
    expect(await (await spawned).kept()).toEqual([1024])
  })

  it('moves a port', async () => {
    const { camera } = await start(threads)
    const { port1, port2 } = new MessageChannel()
    await camera.connect(transfer({ port: port1 }, [port1]))
    const arrived = once(port2 as unknown as NodeJS.EventEmitter, 'message')
    await camera.send('hello')
    expect(await arrived).toEqual(['hello'])
    port2.close()
  })

  it('goes through a pool, and back', async () => {
    const system = await startSystem({ threads })
    const pool = await system.pool(Camera, { size: 1 })
    const one = frame(TOO_MUCH)
    await pool.keep(transfer(one, [one.pixels.buffer]))
    const back = await pool.giveBack()
    expect([one.pixels.length, back.pixels.length]).toEqual([0, TOO_MUCH])
    expect(await pool.kept()).toEqual([0])
    const lengths: number[] = []
    for await (const pixels of pool.shoot(2)) lengths.push(pixels.length)
    expect([lengths, await pool.kept()]).toEqual([
      [1024, 1024],
      [0, 0, 0],
    ])
  })
})

it('a buffer that is forwarded to another thread leaves that of who forwards it', async () => {
  const { system, camera } = await start()
  const front = await system.spawn(Camera, { name: 'front' })
  const one = frame(TOO_MUCH)
  expect(await front.forwardTo(camera, transfer(one.pixels, [one.pixels.buffer]))).toBe(TOO_MUCH)
  expect(one.pixels.length).toBe(0)
  expect(await front.kept()).toEqual([0])
})

it('a getter may send a value that moves while another is written', async () => {
  const { camera } = await start()
  const inner = new Uint8Array(8)
  const outer = new Uint8Array(16)
  const sly = {
    outer,
    get value() {
      camera.$.tell.note(transfer(inner, [inner.buffer]))
      return 1
    },
  }
  const bad = transfer({ outer, sly, callback: () => 1 }, [outer.buffer])
  expect(await failureOf(camera.note(bad))).toMatchObject({ code: 'ERR_REQUEST_ENCODING' })
  expect([inner.length, outer.length]).toEqual([0, 16])
  expect(await camera.noted()).toEqual([0])
})

it('what waits for room on the way to another thread has left its sender', async () => {
  const system = await startSystem({ threads: 1 })
  const [camera, bench] = [await system.spawn(Camera), await system.spawn(Bench)]
  const gate = new Int32Array(new SharedArrayBuffer(8))
  const blocked = bench.block(gate)
  // More bytes than may be on their way: what follows waits.
  expect(camera.$.tell.note(new Uint8Array(BYTES + 1))).toBe('accepted')
  expect(camera.$.tell.note('no room')).toBe('dropped')
  const [one, changing] = [frame(), { text: 'as it was sent' }]
  const waiting = [camera.keep(transfer(one, [one.pixels.buffer])), camera.note(changing), failureOf(camera.note(() => 1))]
  expect(one.pixels.length).toBe(0)
  changing.text = 'as it is now'
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  await blocked
  expect((await Promise.all(waiting))[2]).toMatchObject({ code: 'ERR_REQUEST_ENCODING' })
  expect([await camera.kept(), await camera.noted()]).toEqual([[1024], [0, { text: 'as it was sent' }]])
})

it('a log record of another thread moves nothing', async () => {
  const { camera } = await start()
  expect(await camera.logs()).toBe(1024)
})

it('what is on its way to a thread that ends is gone', async () => {
  const { system, camera } = await start()
  const witness = makeWitness(system)
  const held = failureOf(camera.exit(witness.remote))
  await witness.next()
  const one = frame()
  expect(await failureOf(camera.keep(transfer(one, [one.pixels.buffer])))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
  expect(await held).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
  expect(one.pixels.length).toBe(0)
  const late = frame()
  expect(await failureOf(camera.keep(transfer(late, [late.pixels.buffer])))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  expect(late.pixels.length).toBe(1024)
})
