import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Received, SubscribeOptions } from '../../src/actors/report-type.js'
import { expectNoSilentLoss, failureOf, gate, outcomeOf, readerOf, recordingLog } from '../actors/evidence.js'
import { Press, startSystem } from './actors.js'

/** An actor that hears nothing before it is let go, and then tells what it has heard: content and what it missed. */
function blocked(options: SubscribeOptions) {
  const door = gate()
  const seen: [unknown, number][] = []
  let dropped = (): number => 0
  const definition = service(import.meta, 'blocked', (self) => {
    const subscription = self.subscribe('press', '*', ({ content, missed }) => void seen.push([content, missed]), options)
    dropped = () => subscription.dropped
    return { block: () => door.passed, hello: () => 'hello' }
  })
  return { definition, door, seen, dropped: () => dropped() }
}

/** A press, a subscriber that is blocked, and ten reports on their way to it. */
async function tenBehind(options: SubscribeOptions) {
  const log = recordingLog()
  const t = await startSystem({ log, timeoutMs: Number.POSITIVE_INFINITY })
  const press = await t.spawn(Press)
  const { definition, ...rest } = blocked(options)
  const subscriber = await t.spawn(definition)
  const block = subscriber.block()
  await t.settled()
  await press.publishAll('n', 10)
  return { t, log, press, block, ...rest }
}

type Behind = Awaited<ReturnType<typeof tenBehind>>

async function letGo({ t, door, block }: Behind): Promise<void> {
  door.open()
  await block
  await t.settled()
}

describe('a slow subscriber', () => {
  it.each<[string, SubscribeOptions, [unknown, number][], number]>([
    [
      'drop-oldest, the default',
      { capacity: 3 },
      [
        [7, 7],
        [8, 0],
        [9, 0],
        ['next', 0],
      ],
      7,
    ],
    [
      "'drop-oldest' said",
      { capacity: 3, overflow: 'drop-oldest' },
      [
        [7, 7],
        [8, 0],
        [9, 0],
        ['next', 0],
      ],
      7,
    ],
    [
      "'drop-newest'",
      { capacity: 3, overflow: 'drop-newest' },
      [
        [0, 0],
        [1, 0],
        [2, 0],
        ['next', 7],
      ],
      7,
    ],
    [
      "'latest'",
      { capacity: 3, overflow: 'latest' },
      [
        [9, 9],
        ['next', 0],
      ],
      9,
    ],
    ['room enough', { capacity: 10 }, [...Array.from({ length: 10 }, (_, i): [number, number] => [i, 0]), ['next', 0]], 0],
  ])('%s: gets what it says, knows what it missed, and where', async (_, options, wanted, dropped) => {
    const scene = await tenBehind(options)
    await using t = scene.t
    await letGo(scene)
    await scene.press.publish('n', 'next')
    await t.settled()
    expect(scene.seen).toEqual(wanted)
    expect(scene.dropped()).toBe(dropped)
    expectNoSilentLoss(t.stats())
  })

  it("'close' ends it with a warning: nothing is heard any more, and the publisher is told", async () => {
    const scene = await tenBehind({ capacity: 3, overflow: 'close' })
    await using _ = scene.t
    await letGo(scene)
    await scene.press.publish('n', 'next')
    await scene.t.settled()
    expectNoSilentLoss(scene.t.stats())
    expect(scene.seen).toEqual([])
    expect(await scene.press.changes()).toEqual(['requested * blocked', 'withdrawn * blocked'])
    const warnings = scene.log.records.filter(({ level }) => level === 'warn').map(({ message }) => message)
    expect(warnings).toEqual([expect.stringContaining('was closed: more than 3 items waited')])
  })

  it("'latest' keeps one for each subject and publisher, in the order in which they first came, and counts for each", async () => {
    await using t = await startSystem({ timeoutMs: Number.POSITIVE_INFINITY })
    const [one, other] = [await t.spawn(Press), await t.spawn(Press)]
    const { definition, door, seen, dropped } = blocked({ overflow: 'latest' })
    const subscriber = await t.spawn(definition)
    const block = subscriber.block()
    await t.settled()
    for (const n of [1, 2]) {
      await one.publish('a', `one a ${n}`)
      await one.publish('b', `one b ${n}`)
      await other.publish('a', `other a ${n}`)
    }
    door.open()
    await block
    await t.settled()
    expect(seen).toEqual([
      ['one a 2', 1],
      ['one b 2', 1],
      ['other a 2', 1],
    ])
    expect(dropped()).toBe(3)
  })

  it("'latest' of more subjects than there is room for gives up the oldest", async () => {
    await using t = await startSystem({ timeoutMs: Number.POSITIVE_INFINITY })
    const press = await t.spawn(Press)
    const { definition, door, seen, dropped } = blocked({ overflow: 'latest', capacity: 2 })
    const subscriber = await t.spawn(definition)
    const block = subscriber.block()
    await t.settled()
    for (const [i, subject] of ['a', 'b', 'a', 'c'].entries()) await press.publish(subject, i)
    door.open()
    await block
    await t.settled()
    expect(seen).toEqual([
      [1, 2],
      [3, 0],
    ])
    expect(dropped()).toBe(2)
  })

  it('a thousand wait where nothing is said', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const read = t.subscribe('press', '*')
    await press.publishAll('n', 1001)
    expect(read.dropped).toBe(1)
    expect((await readerOf(read).next()).value).toMatchObject({ content: 1, missed: 1 })
  })

  it('the publisher is never held up: it goes on while a subscriber is blocked or never reads', async () => {
    await using t = await startSystem({ timeoutMs: Number.POSITIVE_INFINITY })
    const press = await t.spawn(Press)
    const { definition, door, seen, dropped } = blocked({ capacity: 10 })
    const subscriber = await t.spawn(definition)
    const block = subscriber.block()
    const unread = t.subscribe('press', '*', { capacity: 10 })
    const fast: unknown[] = []
    t.subscribe('press', '*', ({ content }) => void fast.push(content), { capacity: 20_000 })
    await t.settled()
    const published = outcomeOf(press.publishAll('n', 20_000))
    await t.settled()
    expect(published.state).toBe('resolved')
    expect([fast.length, unread.dropped, dropped()]).toEqual([20_000, 19_990, 19_990])
    expect(t.stats().totals.mailboxDepth).toBeLessThan(100)
    door.open()
    await block
    await t.settled()
    expect(seen.map(([, missed]) => missed)).toEqual([19_990, ...Array.from({ length: 9 }, () => 0)])
    expectNoSilentLoss(t.stats())
  })

  it('messages to a subscriber that is flooded are run all the same', async () => {
    await using t = await startSystem({ timeoutMs: Number.POSITIVE_INFINITY })
    const press = await t.spawn(Press)
    const { definition, door } = blocked({ capacity: 1_000_000 })
    const subscriber = await t.spawn(definition)
    const [block, hello] = [subscriber.block(), subscriber.hello()]
    await t.settled()
    await press.publishAll('n', 20_000)
    door.open()
    await block
    expect(await hello).toBe('hello')
  })

  it('reports that wait take no place of messages: calls of a subscriber that is flooded are not refused', async () => {
    await using t = await startSystem({ timeoutMs: Number.POSITIVE_INFINITY })
    const press = await t.spawn(Press)
    const { definition, door } = blocked({ capacity: 1_000_000 })
    const subscriber = await t.spawn(definition, { mailbox: { capacity: 2 } })
    const block = subscriber.block()
    await t.settled()
    await press.publishAll('n', 20_000)
    const calls = [subscriber.hello(), subscriber.hello()]
    const third = failureOf(subscriber.hello())
    await t.settled()
    expect(t.stats().totals.mailboxDepth).toBe(20_002)
    door.open()
    await block
    expect(await Promise.all(calls)).toEqual(['hello', 'hello'])
    expect(await third).toMatchObject({ code: 'ERR_MAILBOX_FULL' })
    expect(await subscriber.hello()).toBe('hello')
    expectNoSilentLoss(t.stats())
  })

  it('every report that a subscription gets or misses is counted once, whatever the overflow', async () => {
    for (const overflow of ['drop-oldest', 'drop-newest', 'latest'] as const) {
      await using t = await startSystem()
      const press = await t.spawn(Press)
      const read = t.subscribe('press', '*', { capacity: 4, overflow })
      const reader = readerOf(read)
      let [got, missed, published] = [0, 0, 0]
      for (let i = 0; i < 20; i++) {
        published += i % 7
        await press.publishAll(`${i % 3}`, i % 7)
        if (i % 2 === 0) continue
        const { value } = await reader.next()
        got++
        missed += (value as Received).missed
      }
      const waiting = published - got - read.dropped
      expect([waiting >= 0, waiting <= 4, got, missed <= read.dropped]).toEqual([true, true, 10, true])
      expect(t.stats().totals.dropped['subscription-full']).toBe(read.dropped)
      expectNoSilentLoss(t.stats())
    }
  })
})

describe('a subscription that is read', () => {
  it("'close': what waited is read, then the failure once, then it is done", async () => {
    await using t = await startSystem({ log: recordingLog() })
    const press = await t.spawn(Press)
    const read = t.subscribe('press', '*', { capacity: 2, overflow: 'close' })
    const reader = readerOf(read)
    await press.publishAll('n', 3)
    expect([(await reader.next()).value, (await reader.next()).value]).toMatchObject([{ content: 0 }, { content: 1 }])
    expect(await failureOf(reader.next())).toMatchObject({
      code: 'ERR_MAILBOX_FULL',
      details: expect.stringContaining('subscribe() to "*" of service "press" was closed: more than 2 items waited'),
    })
    expect(await reader.next()).toEqual({ done: true, value: undefined })
    expectNoSilentLoss(t.stats())
  })

  it('several that wait for the next are served in order', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const reader = readerOf(t.subscribe('press', '*'))
    const waiting = [reader.next(), reader.next(), reader.next()]
    await press.publishAll('n', 3)
    expect((await Promise.all(waiting)).map(({ value }) => value?.content)).toEqual([0, 1, 2])
  })
})
