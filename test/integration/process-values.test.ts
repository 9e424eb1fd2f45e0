/** What can go to a process and what cannot. */
import { MessageChannel } from 'node:worker_threads'
import { type Remote, transfer } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Camera } from './fixtures/camera.js'
import { Doomed, Hermit } from './fixtures/hermit.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const SHARED = 'is a SharedArrayBuffer, and the actor lives in another process, which shares no memory; send a copy of its bytes'
const PORT = 'is a MessagePort, and the actor lives in another process, which it does not lead to; send a Remote'

async function scene() {
  const system = await startSystem({ threads: 2, timeoutMs: 20_000 })
  const hermit = await system.spawn(Hermit)
  const friar = await system.spawn(Hermit, { host: { thread: 1 }, name: 'friar' })
  return { system, hermit, friar, witness: makeWitness(system) }
}

describe('shared memory and ports do not leave a process', () => {
  it('in the arguments of calls, tells and offers: their sender is told the path', async () => {
    const { system, hermit, friar } = await scene()
    const memory = new SharedArrayBuffer(8)
    expect(await failureOf(hermit.echo({ board: memory }))).toMatchObject({
      code: 'ERR_REQUEST_ENCODING',
      delivered: 'no',
      message: expect.stringContaining(`args[0].board ${SHARED}`),
    })
    expect((await failureOf(hermit.echo([new Int32Array(memory)]))).message).toContain(SHARED)
    const { port1, port2 } = new MessageChannel()
    expect((await failureOf(hermit.echo(new Map([['a', port1]])))).message).toContain(`args[0].get("a") ${PORT}`)
    expect((await failureOf(hermit.$.offer.see(memory))).message).toContain(SHARED)
    expect(() => hermit.$.tell.see(memory)).toThrow(SHARED)
    expect((await failureOf(friar.askShared(hermit))).message).toContain(SHARED)
    expect((await failureOf(hermit.askShared(friar))).message).toContain(SHARED)
    port2.on('message', () => port2.close())
    port1.postMessage('it is still the sender’s')
    await new Promise((resolve) => void port2.once('close', resolve))
    expect(await hermit.seen()).toEqual([])
    expect(system.stats().totals).toMatchObject({ mailboxDepth: 0, inFlight: 0 })
  })

  it('in results and items: who asked is told', async () => {
    const { hermit, friar } = await scene()
    for (const failure of [failureOf(hermit.sharedMemory()), failureOf(friar.ask(hermit, 'sharedMemory'))]) {
      const { code, message } = await failure
      expect(code).toMatch(/ERR_(RESPONSE_ENCODING|APPLICATION)/)
      expect(message).toContain(SHARED)
    }
    expect((await failureOf(hermit.port())).message).toContain(PORT)
    const items: unknown[] = []
    const reading = async (): Promise<void> => {
      for await (const item of hermit.sharedItems()) items.push(item)
    }
    expect((await failureOf(reading())).message).toContain(SHARED)
    expect(items).toEqual([1])
  })

  it('in init: spawn rejects, and no process is started', async () => {
    const { system, friar } = await scene()
    const error = await errorOf(system.spawn(Doomed, { init: new SharedArrayBuffer(8) as never }))
    expect(error).toMatchObject({ code: 'ERR_REQUEST_ENCODING', message: expect.stringContaining(`init ${SHARED}`) })
    expect(system.stats().threads.length).toBe(4)
    expect(await friar.thread()).toBe(1)
  })

  it('in reports: who publishes in a process is told; who listens there hears that it missed something', async () => {
    const { system, hermit, friar, witness } = await scene()
    expect((await failureOf(hermit.publishShared())).message).toContain(SHARED)
    const other = await system.spawn(Hermit, { host: { thread: 2 }, name: 'other' })
    const elsewhere = makeWitness(system)
    await hermit.listen('friar', '*', witness.remote)
    await other.listen('friar', '*', elsewhere.remote)
    await friar.publishShared()
    await friar.publishShared()
    await friar.publish('plain', 1)
    expect(await witness.next()).toEqual(['plain', 1, false, 2])
    const heard = [await elsewhere.next(), await elsewhere.next(), await elsewhere.next()]
    expect(heard).toEqual([
      ['shared', expect.any(SharedArrayBuffer), false, 0],
      ['shared', expect.any(SharedArrayBuffer), false, 0],
      ['plain', 1, false, 0],
    ])
    const late = makeWitness(system)
    await hermit.listen('friar', '*', late.remote)
    await friar.publish('plain', 2)
    expect([await late.next(), await witness.next()]).toEqual([
      ['plain', 2, false, 1],
      ['plain', 2, false, 0],
    ])
    const warnings = system.records.map(({ level, message }) => [level, message])
    expect(warnings).toEqual([
      ['warn', expect.stringMatching(/^report "shared" of .* does not reach thread 3: value is a SharedArrayBuffer/)],
    ])
  })

  it('but are shared by the actors of one process', async () => {
    const { hermit } = await scene()
    const sibling = (await hermit.spawnHermit({ host: 'inline', name: 'sibling' })) as Remote<typeof Hermit>
    expect(await hermit.failureOf(sibling, 'sharedMemory')).toBe('answered')
  })
})

describe('transfer() to and from a process', () => {
  it('copies what moves, and empties what was given, in arguments and results', async () => {
    const { system, hermit } = await scene()
    const pixels = new Uint8Array(1024).fill(7)
    const back = (await hermit.echo(transfer({ pixels, label: 'one' }, [pixels.buffer]))) as { readonly pixels: Uint8Array }
    expect([pixels.length, back.pixels.length, back.pixels.at(-1)]).toEqual([0, 1024, 7])
    expect((await failureOf(hermit.echo(pixels))).message).toContain('is detached')
    const camera = await system.spawn(Camera, { host: 'process' })
    const one = { label: 'kept', pixels: new Uint8Array(2048).fill(9) }
    expect(await camera.keep(transfer(one, [one.pixels.buffer]))).toEqual({ offset: 0, length: 2048, last: 9 })
    const given = await camera.giveBack()
    expect([one.pixels.length, given.pixels.length, given.pixels.at(-1)]).toEqual([0, 2048, 9])
    expect(await camera.kept()).toEqual([0])
  })

  it('keeps views of one buffer together, and its place among small messages', async () => {
    const { system } = await scene()
    const camera = await system.spawn(Camera, { host: 'process' })
    const buffer = new ArrayBuffer(64)
    new Uint8Array(buffer).fill(3)
    const views = [new Uint8Array(buffer, 8, 8), new DataView(buffer, 16), new Float64Array(buffer, 32, 2)]
    expect(await camera.views(transfer(views, [buffer]))).toEqual([
      ['Uint8Array', 8, 8, true],
      ['DataView', 16, 48, true],
      ['Float64Array', 32, 16, true],
    ])
    expect(buffer.byteLength).toBe(0)
    const sent: Promise<unknown>[] = []
    for (let i = 0; i < 20; i++) {
      const pixels = new Uint8Array(1024).fill(i)
      sent.push(camera.note(`before ${i}`), camera.note(transfer(pixels, [pixels.buffer])))
      camera.$.tell.note(`after ${i}`)
    }
    await Promise.all(sent)
    expect(await camera.noted()).toEqual(Array.from({ length: 20 }, (_, i) => [`before ${i}`, i, `after ${i}`]).flat())
  })

  it('between a process and a worker thread, and on to another process', async () => {
    const { system, hermit, friar } = await scene()
    const other = await system.spawn(Bench, { host: 'process', name: 'other' })
    const pixels = new Uint8Array(512).fill(5)
    const back = (await friar.ask(hermit, 'ask', other, 'echo', transfer(pixels, [pixels.buffer]))) as Uint8Array
    expect([pixels.length, back.length, back.at(-1)]).toEqual([0, 512, 5])
  })

  it('in init empties what was given; such an actor is not started again, as on a thread', async () => {
    const { system } = await scene()
    const pixels = new Uint8Array(16).fill(4)
    const gone: string[] = []
    const hermit = await system.spawn(Hermit, { name: 'given', init: transfer({ pixels }, [pixels.buffer]) } as never)
    system.watch(hermit, ({ reason }) => void gone.push(reason))
    expect(pixels.length).toBe(0)
    process.kill(await hermit.pid(), 'SIGKILL')
    await eventually(() => gone.length > 0, 'it is gone')
    expect(gone).toEqual(['crashed'])
  })
})
