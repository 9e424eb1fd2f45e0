import { describe, expect, it } from 'vitest'
import type { Overflow } from '../../src/actors/actor-options.js'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, type Gate, gate, outcomeOf, recordingLog } from './evidence.js'

interface Desk {
  readonly t: TestSystem
  readonly desk: Remote<typeof DeskService>
  readonly door: Gate
}

let door = gate()
const DeskService = service(import.meta, 'desk', () => {
  const served: string[] = []
  return {
    block: () => door.passed,
    serve: (who: string) => {
      served.push(who)
      return `served ${who}`
    },
    served: () => served,
  }
})

/** A desk whose method runs and waits, with an empty mailbox of two places. */
async function busyDesk(overflow: Overflow): Promise<Desk & AsyncDisposable> {
  const t = await createTestSystem({ seed: 3, log: recordingLog() })
  door = gate()
  const desk = await t.spawn(DeskService, { mailbox: { capacity: 2, overflow } })
  desk.$.tell.block()
  await t.settled()
  return { t, desk, door, [Symbol.asyncDispose]: () => t.stop() }
}

const served = ({ desk }: Desk): Promise<string[]> => desk.served()

describe('mailbox', () => {
  it.each(['reject', 'drop-newest'] as const)('mailbox %s refuses calls and drops tells when it is full', async (overflow) => {
    await using d = await busyDesk(overflow)
    const a = d.desk.serve('a')
    expect(d.desk.$.tell.serve('b')).toBe('accepted')
    const refused = await failureOf(d.desk.serve('c'))
    expect(refused).toMatchObject({ name: 'MailboxFull', error: 51, code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    expect((refused as Error).message).toContain('2 messages wait')
    expect(d.desk.$.tell.serve('d')).toBe('dropped')
    expect(d.t.stats().totals).toMatchObject({ mailboxDepth: 2, dropped: { 'mailbox-full': 2 } })
    d.door.open()
    expect(await a).toBe('served a')
    expect(await served(d)).toEqual(['a', 'b'])
    expectNoSilentLoss(d.t.stats())
  })

  it('mailbox drop-oldest makes room by giving up what waited the longest', async () => {
    await using d = await busyDesk('drop-oldest')
    const a = outcomeOf(d.desk.serve('a'))
    const b = d.desk.serve('b')
    const c = d.desk.serve('c')
    await d.t.settled()
    expect(a).toMatchObject({ state: 'rejected', value: { code: 'ERR_MAILBOX_FULL', delivered: 'no' } })
    expect(d.desk.$.tell.serve('d')).toBe('accepted')
    expect(await failureOf(b)).toMatchObject({ code: 'ERR_MAILBOX_FULL' })
    expect(d.t.stats().totals.mailboxDepth).toBe(2)
    d.door.open()
    expect(await c).toBe('served c')
    expect(await served(d)).toEqual(['c', 'd'])
    expectNoSilentLoss(d.t.stats())
  })

  it('mailbox wait lets calls and offers wait outside, in order, and drops tells', async () => {
    await using d = await busyDesk('wait')
    const calls = ['a', 'b', 'c'].map((who) => d.desk.serve(who))
    const offer = outcomeOf(d.desk.$.offer.serve('d'))
    expect(d.desk.$.tell.serve('x')).toBe('dropped')
    await d.t.settled()
    expect(offer.state).toBe('pending')
    expect(d.t.stats().totals.mailboxDepth).toBe(4)
    d.door.open()
    expect(await Promise.all(calls)).toEqual(['served a', 'served b', 'served c'])
    expect(await served(d)).toEqual(['a', 'b', 'c', 'd'])
    expect(offer.state).toBe('resolved')
    expectNoSilentLoss(d.t.stats())
  })

  it('mailbox wait refuses what would wait beyond a second capacity', async () => {
    await using d = await busyDesk('wait')
    const accepted = ['a', 'b', 'c', 'd'].map((who) => d.desk.serve(who))
    expect(await failureOf(d.desk.serve('e'))).toMatchObject({ code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    expect(await failureOf(d.desk.$.offer.serve('f'))).toMatchObject({ code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    d.door.open()
    await Promise.all(accepted)
    expect(await served(d)).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each(['reject', 'drop-newest', 'wait'] as const)(
    '$.offer of a full mailbox under %s waits for room and resolves when it is in',
    async (overflow) => {
      await using d = await busyDesk(overflow)
      const [a, b, c] = ['a', 'b', 'c'].map((who) => outcomeOf(d.desk.$.offer.serve(who)))
      await d.t.settled()
      expect([a?.state, b?.state, c?.state]).toEqual(['resolved', 'resolved', 'pending'])
      d.door.open()
      await d.t.settled()
      expect([c?.state, c?.value]).toEqual(['resolved', undefined])
      expect(await served(d)).toEqual(['a', 'b', 'c'])
    },
  )

  it('$.offer that waits keeps its place before what its sender sends afterwards', async () => {
    await using d = await busyDesk('wait')
    for (const who of ['a', 'b']) d.desk.$.tell.serve(who)
    const offer = d.desk.$.offer.serve('c')
    const call = d.desk.serve('d')
    d.door.open()
    await Promise.all([offer, call])
    expect(await served(d)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('what waits outside expires there: it is never run and was not delivered', async () => {
    await using d = await busyDesk('wait')
    for (const who of ['a', 'b']) d.desk.$.tell.serve(who)
    const call = outcomeOf(d.desk.$.with({ timeoutMs: 100 }).serve('late call'))
    const offer = outcomeOf(d.desk.$.with({ timeoutMs: 200 }).$.offer.serve('late offer'))
    await d.t.clock.advance(100)
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' } })
    expect(offer.state).toBe('pending')
    await d.t.clock.advance(100)
    expect(offer).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' } })
    d.door.open()
    expect(await served(d)).toEqual(['a', 'b'])
    expect(d.t.stats().totals.dropped).toMatchObject({ expired: 2 })
    expectNoSilentLoss(d.t.stats())
  })

  it('a queued call that is aborted frees its place for what waits outside', async () => {
    await using d = await busyDesk('wait')
    const controller = new AbortController()
    const first = outcomeOf(d.desk.$.with({ signal: controller.signal }).serve('a'))
    d.desk.$.tell.serve('b')
    const offer = outcomeOf(d.desk.$.offer.serve('c'))
    await d.t.settled()
    expect(offer.state).toBe('pending')
    controller.abort()
    await d.t.settled()
    expect([first.state, offer.state]).toEqual(['rejected', 'resolved'])
    d.door.open()
    expect(await served(d)).toEqual(['b', 'c'])
    expectNoSilentLoss(d.t.stats())
  })

  it('an offer that waits is taken back by its signal', async () => {
    await using d = await busyDesk('reject')
    for (const who of ['a', 'b']) d.desk.$.tell.serve(who)
    const controller = new AbortController()
    const offer = d.desk.$.with({ signal: controller.signal }).$.offer.serve('c')
    controller.abort('changed my mind')
    expect(await failureOf(offer)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no', cause: 'changed my mind' })
    d.door.open()
    await d.t.settled()
    expect(await served(d)).toEqual(['a', 'b'])
  })

  it('an actor that stops answers what is queued and what waits outside', async () => {
    await using d = await busyDesk('wait')
    const waiting = ['a', 'b', 'c'].map((who) => d.desk.serve(who))
    const offer = d.desk.$.offer.serve('d')
    await d.t.settled()
    await d.desk.$.stop()
    for (const one of [...waiting, offer]) expect(await failureOf(one)).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    expect(d.t.stats().totals).toMatchObject({ mailboxDepth: 0, dropped: { stopped: 4 } })
    expectNoSilentLoss(d.t.stats())
  })

  it('timers of an actor find room in its full mailbox', async () => {
    await using t = await createTestSystem({ seed: 1 })
    door = gate()
    const order: string[] = []
    const Timed = service(import.meta, 'timed', (self) => {
      self.after(10, () => order.push('timer'))
      return { block: () => door.passed, note: (text: string) => void order.push(text) }
    })
    const timed = await t.spawn(Timed, { mailbox: { capacity: 1, overflow: 'drop-oldest' } })
    timed.$.tell.block()
    await t.settled()
    timed.$.tell.note('a')
    await t.clock.advance(10)
    door.open()
    await t.settled()
    expect(order).toEqual(['a', 'timer'])
    expectNoSilentLoss(t.stats())
  })
})
