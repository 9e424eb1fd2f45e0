import { describe, expect, it } from 'vitest'
import type { Remote } from '../../src/actors/remote-type.js'
import { actorId, type ThreadKey } from '../../src/base/ids.js'
import { ByteWriter } from '../../src/codec/byte-writer.js'
import { writeValue } from '../../src/codec/encode.js'
import { FOREIGN_LIMITS } from '../../src/codec/limits.js'
import type { ControlValue } from '../../src/exchange/protocol/control-frames.js'
import { writeMailHead } from '../../src/runtime/abroad/mail.js'
import { writeRecord, writeRequest, writeResult } from '../../src/runtime/links/frames.js'
import type { FrameWriter } from '../../src/runtime/links/link.js'
import { nodeText } from '../../src/runtime/node-world.js'
import { Impostor, type Letter } from './impostor.js'
import { Echo } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const HOME = '0' as ThreadKey
const LIAR = 'f'.repeat(32)
const NOWHERE = 'e'.repeat(32)
const context = { limits: FOREIGN_LIMITS, stacks: false, regexp: false }

type Echoing = Remote<{
  say(value: unknown): unknown
  never(): void
  note(value: unknown): void
  heard(): unknown[]
  publish(subject: string, value: unknown): void
}>

/** A batch of one frame. */
function batchOf(write: (frame: FrameWriter) => void, number = 1): Letter {
  const bytes = new ByteWriter(nodeText)
  bytes.u32(0)
  write({ bytes, attachments: { objects: [] } } as never)
  bytes.patchU32(0, bytes.length - 4)
  const batch = { received: 0, receivedBytes: 0, bytes: bytes.take(), attachments: [] }
  return { head: writeMailHead(new ByteWriter(nodeText), { sender: 1, receiver: 0, number }, batch), bytes: batch.bytes }
}

/** A tell of `note(value)` to a cell, by whom it likes. */
function noteTo(cell: number, value: string, senderId?: string): Letter {
  return batchOf((frame) => {
    writeRequest(frame, {
      kind: 'tell',
      untrusted: false,
      conversation: 0,
      cell,
      remainingMs: Number.POSITIVE_INFINITY,
      wantsTurnEnd: false,
      senderThread: undefined,
      senderCell: 7,
      senderId: senderId as never,
      senderName: 'bank',
      senderAudience: '*',
      method: 'note',
      credit: 0,
      lane: 1,
      properties: null,
      chain: null,
      route: 0,
    })
    writeValue(frame.bytes, [value], context, 'args')
  })
}

function cellOf({ runtime }: VirtualProcess, name: string): number {
  for (const { number, spec } of runtime.core.cells.values()) if (spec.name === name) return number
  throw new Error(`no ${name}`)
}

/** A server with a service, a client with one, and a client that lies. */
async function scene(options: { readonly bridge?: boolean } = {}) {
  const net = new VirtualNet()
  const authorise = () => (options.bridge === undefined ? true : { bridge: options.bridge })
  const hub = await net.process('hub', { authorise })
  const victim = await net.process('victim', { role: 'client' })
  victim.exchange.connect('memory:hub/')
  await victim.system.spawn(Echo, { name: 'bank', host: 'inline' })
  await hub.system.spawn(Echo, { name: 'vault', host: 'inline' })
  const bank = (await net.until(hub.system.lookup('bank'))) as Echoing
  const vault = (await net.until(hub.system.lookup('vault'))) as Echoing
  const liar = await new Impostor(LIAR).connect(net, 'hub')
  expect(liar.isReady).toBe(true)
  return { net, hub, victim, bank, vault, liar }
}

const service = (name: string) => ({ agent: '0.9', name, groups: [], streams: null })
const available = (id: string, name: string, incarnation = 1): ControlValue<'update'> => ({
  log: { origin: { id, incarnation }, audience: '*' },
  update: { kind: 'available', number: 1, service: service(name) },
  more: false,
})

describe('a client that lies', () => {
  it('speaks for itself', async () => {
    const { net, hub, liar } = await scene()
    liar.say('update', available(LIAR, 'mine'))
    await net.settle()
    expect(hub.system.tryLookup('mine')).toBeDefined()
  })

  it('cannot speak for another, one that is there or one that is not', async () => {
    const { net, hub, victim, bank, liar } = await scene()
    liar.say('update', available(NOWHERE, 'forged'))
    liar.say('update', available(hub.id, 'forged', 2e12))
    liar.say('update', available(victim.id, 'forged', 2e12))
    liar.say('report', { process: NOWHERE, incarnation: 1, number: 9, servers: [hub.id], clients: [victim.id], behind: [] })
    liar.say('report', { process: hub.id, incarnation: 2e12, number: 9, servers: [], clients: [], behind: [] })
    liar.say('telling', { came: [{ origin: NOWHERE, distance: 1, crossed: [], next: LIAR }], went: [victim.id] })
    await net.settle()
    expect(hub.system.tryLookup('forged')).toBeUndefined()
    expect(hub.kept).toMatchObject({ ways: 2, reports: 0, origins: 1 })
    expect(await net.until(bank.say('still here'))).toBe('still here')
    expect(hub.logged.filter((line) => line.includes('says what it may not'))).toHaveLength(1)
    expect(hub.exchange.stats().unpermitted).toBe(3)
  })

  it('speaks for processes behind it where it may, and only for those that it has reported', async () => {
    const { net, hub, victim, liar } = await scene({ bridge: true })
    const behind = [{ origin: NOWHERE, distance: 1, crossed: ['other'] }]
    liar.say('report', { process: LIAR, incarnation: 1, number: 1, servers: [hub.id], clients: [], behind })
    liar.say('update', available(NOWHERE, 'behind'))
    liar.say('update', available(victim.id, 'forged', 2e12))
    await net.settle()
    expect(hub.system.tryLookup('behind')).toBeDefined()
    expect(hub.system.tryLookup('forged')).toBeUndefined()
  })

  it('speaks for no process behind it where it may not', async () => {
    const { net, hub, liar } = await scene({ bridge: false })
    const behind = [{ origin: NOWHERE, distance: 1, crossed: ['other'] }]
    liar.say('report', { process: LIAR, incarnation: 1, number: 1, servers: [hub.id], clients: [], behind })
    liar.say('update', available(NOWHERE, 'behind'))
    await net.settle()
    expect(hub.system.tryLookup('behind')).toBeUndefined()
    expect(hub.kept).toMatchObject({ ways: 2, reports: 0 })
  })

  it('cannot send mail in the name of another', async () => {
    const { net, hub, victim, vault, liar } = await scene()
    const vaultCell = cellOf(hub, 'vault')
    liar.send(hub.id, noteTo(vaultCell, 'mine'))
    liar.send(hub.id, noteTo(vaultCell, 'forged'), { origin: victim.id })
    liar.send(hub.id, noteTo(vaultCell, 'forged'), { origin: hub.id })
    liar.send(hub.id, noteTo(vaultCell, 'forged'), { origin: NOWHERE })
    await net.settle()
    expect(await net.until(vault.heard())).toEqual(['mine'])
    expect(hub.exchange.stats().unpermitted).toBe(3)
  })

  it('is not heard where it names a thread that cannot be', async () => {
    const { net, hub, victim, vault, liar } = await scene()
    const from = `0@${victim.id}@` as ThreadKey
    liar.send(hub.id, noteTo(cellOf(hub, 'vault'), 'forged'), { from })
    await net.settle()
    expect(await net.until(vault.heard())).toEqual([])
    expect(hub.exchange.stats().garbled).toBe(1)
  })

  it('cannot answer what it was not asked', async () => {
    const { net, hub, victim, bank, liar } = await scene()
    const ends: unknown[] = []
    const asked = bank.$.with({ timeoutMs: 3000 }).never()
    asked.then(
      (value) => ends.push(value),
      (error: { readonly code: string }) => ends.push(error.code),
    )
    await net.settle()
    for (let conversation = 1; conversation <= 10; conversation++) {
      const body = batchOf((frame) => writeResult(frame, conversation, 'forged', context), conversation)
      liar.send(hub.id, body)
      liar.send(hub.id, body, { origin: victim.id })
    }
    await net.settle()
    expect(ends).toEqual([])
    await net.pass(3000)
    expect(ends).toEqual(['ERR_REQUEST_TIMEOUT'])
  })

  it('is itself for who is asked, whatever id it claims', async () => {
    const { net, hub, victim, vault, liar } = await scene()
    const senders: string[] = []
    hub.runtime.core.intercept = (_, { post }) => {
      if (post.method === 'note') senders.push(post.sender.id)
      return null
    }
    const claimed = actorId(HOME, 7, victim.id)
    liar.send(hub.id, noteTo(cellOf(hub, 'vault'), 'who am I?', claimed))
    await net.settle()
    expect(await net.until(vault.heard())).toEqual(['who am I?'])
    expect(senders).toEqual([actorId(HOME, 7, LIAR)])
  })

  it('subscribes as itself', async () => {
    const { net, hub, victim, vault, liar } = await scene()
    const notices: string[] = []
    const cell = hub.runtime.core.cells.get(cellOf(hub, 'vault'))
    if (cell === undefined) throw new Error('no vault')
    hub.runtime.router.reports.watch(cell, ({ subscriber }) => void notices.push(subscriber.process))
    const subscriber = (process: string) => ({
      id: actorId(HOME, 7, process),
      name: 'bank',
      audience: '*',
      groups: [],
      process: victim.id,
      thread: HOME,
      cell: 7,
      streams: null,
      supervisor: null,
    })
    const subscribe = (number: number, process: string) =>
      batchOf((frame) => {
        const note = { kind: 'subscribe', cell: cell.number, subscription: number, pattern: '*', subscriber: subscriber(process) }
        writeRecord(frame, 12, note, context)
      }, number)
    liar.send(hub.id, subscribe(1, LIAR))
    await net.settle()
    expect(notices).toEqual([LIAR])
    liar.send(hub.id, subscribe(2, victim.id))
    await net.settle()
    // Whoever lies so is talked with no more: what it had subscribed to goes too.
    expect(notices).toEqual([LIAR, LIAR])
    expect(await net.until(vault.say('fine'))).toBe('fine')
  })
})
