import { describe, expect, it } from 'vitest'
import type { Overflow } from '../../src/actors/actor-options.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, type Gate, gate, outcomeOf, recordingLog } from './evidence.js'

const CAPACITY = 8
const POLICIES: readonly Overflow[] = ['reject', 'drop-newest', 'drop-oldest', 'wait']

interface Neighbors {
  /** Whose end and whose reports it wants to hear of. */
  readonly other: Remote<typeof Other>
  readonly door: Gate
  readonly seen: string[]
  /** Ends the child, which is not started again. */
  readonly childFails: Gate
}

const Other = service(import.meta, 'other', (self) => ({
  say: (what: string) => self.publish('word', what),
  quit: () => self.stop(),
}))

/** What the busy one has to do with, by the name of its test: `init` of a light actor would be the same. */
let neighbors: Neighbors
let lives = 0

const Busy = service(import.meta, 'busy', (self) => {
  lives++
  const { other, seen, door, childFails } = neighbors
  self.onStop((reason) => void seen.push(`onStop ${reason}`))
  return {
    async begin() {
      self.watch(other, ({ reason }) => void seen.push(`watched: ${reason}`))
      await self.subscribe(other, 'word', ({ content }) => void seen.push(`heard: ${String(content)}`)).ready
      self.announcements({ name: 'late' }, ({ status }) => void seen.push(`announced: ${status}`))
      self.after(5, () => seen.push('timer'))
      const child = actor(() => ({ fail: () => childFails.passed.then(() => Promise.reject(new Error('in the child'))) }))
      self.spawn(child, { supervision: { onFailure: () => 'escalate' } }).$.tell.fail()
    },
    hold: () => door.passed,
    work: (what: string) => void seen.push(what),
  }
})

interface Overloaded {
  readonly t: TestSystem
  readonly busy: Remote<typeof Busy>
}

/** An actor that runs a method and whose mailbox is full. */
async function overload(overflow: Overflow): Promise<Overloaded & AsyncDisposable> {
  const t = await createTestSystem({ seed: 5, log: recordingLog() })
  const other = await t.spawn(Other)
  lives = 0
  neighbors = { other, seen: [], door: gate(), childFails: gate() }
  const busy = await t.spawn(Busy, { mailbox: { capacity: CAPACITY, overflow } })
  await busy.begin()
  busy.$.tell.hold()
  await t.settled()
  for (let i = 0; i < CAPACITY; i++) expect(busy.$.tell.work(`work ${i}`)).toBe('accepted')
  expect(busy.$.tell.work(`work ${CAPACITY}`)).toBe(overflow === 'drop-oldest' ? 'accepted' : 'dropped')
  return { t, busy, [Symbol.asyncDispose]: () => t.stop() }
}

/** What waits of nine pieces of work, by number. */
function workLeft(overflow: Overflow): readonly string[] {
  const first = overflow === 'drop-oldest' ? 1 : 0
  return Array.from({ length: CAPACITY }, (_, i) => `work ${first + i}`)
}

describe.each(POLICIES)('a mailbox that is full, with overflow %s,', (overflow) => {
  it('lets in what its actor watches, listens to and has set a timer for', async () => {
    await using o = await overload(overflow)
    const { other, door, seen } = neighbors
    await other.say('hello')
    await o.t.spawn(Other, { name: 'late' })
    await other.quit()
    await o.t.clock.advance(10)
    expect(seen).toEqual([])
    door.open()
    await o.t.settled()
    const own = ['heard: hello', 'announced: available', 'watched: stopped', 'timer']
    expect(seen.filter((what) => !what.startsWith('work')).sort()).toEqual([...own].sort())
    expect(seen.filter((what) => what.startsWith('work'))).toEqual(workLeft(overflow))
    expectNoSilentLoss(o.t.stats())
  })

  it('holds up no stop: it ends what runs and what waits, at once', async () => {
    await using o = await overload(overflow)
    const call = outcomeOf(o.busy.work('a call'))
    const offer = outcomeOf(o.busy.$.offer.work('an offer'))
    await o.busy.$.stop()
    await o.t.settled()
    expect(call.state).toBe('rejected')
    // It makes room for itself at once under this policy alone.
    expect(offer.state).toBe(overflow === 'drop-oldest' ? 'resolved' : 'rejected')
    expect(neighbors.seen).toEqual(['onStop stopped'])
    expect(o.t.stats().totals.mailboxDepth).toBe(0)
    expectNoSilentLoss(o.t.stats())
  })

  it('holds up no failure of a child: its actor restarts, and what waits is run by the next life', async () => {
    await using o = await overload(overflow)
    neighbors.childFails.open()
    await o.t.settled()
    expect(lives).toBe(2)
    expect(neighbors.seen.filter((what) => !what.startsWith('work'))).toEqual(['onStop crashed'])
    expect(neighbors.seen.filter((what) => what.startsWith('work'))).toEqual(workLeft(overflow))
    expectNoSilentLoss(o.t.stats())
  })
})

/** What a sender has sent, and what came of it. */
interface Sent {
  accepted: number
  dropped: number
  failed: number
}

/** Simulated threads share it. */
let onPut = (): void => undefined

const Sink = service(import.meta, 'sink', () => {
  const got: Record<string, number[]> = {}
  return {
    put(from: string, n: number) {
      onPut()
      got[from] ??= []
      got[from].push(n)
    },
    got: () => got,
  }
})

/** Sends more at a time than a mailbox takes, by every way there is. */
const Flood = service(import.meta, 'flood', (self) => ({
  async send(sink: Remote<typeof Sink>, rounds: number): Promise<Sent> {
    const sent = { accepted: 0, dropped: 0, failed: 0 }
    const settled = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => sent.accepted++,
        () => sent.failed++,
      )
    let n = 0
    for (let round = 0; round < rounds; round++) {
      const waits: Promise<unknown>[] = []
      for (let i = 0; i < CAPACITY; i++) {
        waits.push(settled(sink.put(self.name, n++)), settled(sink.$.offer.put(self.name, n++)))
        if (sink.$.tell.put(self.name, n++) === 'accepted') sent.accepted++
        else sent.dropped++
      }
      await Promise.all(waits)
    }
    return sent
  },
}))

const ROUNDS = 10
const SENDERS = 3

describe.each(POLICIES)('load beyond what a mailbox takes, with overflow %s,', (overflow) => {
  it.each([
    ['on one thread', [0, 0, 0], 0],
    ['from other threads', [1, 2, 3], 0],
    ['from everywhere', [0, 1, 2], 2],
  ])('%s: everything ends, in order, nothing is lost silently, and no more waits than may', async (_, from, to) => {
    await using t = await createTestSystem({ seed: 11, threads: 3, log: recordingLog() })
    const sink = await t.spawn(Sink, { host: { thread: to }, mailbox: { capacity: CAPACITY, overflow } })
    const floods = await Promise.all(from.map((thread, i) => t.spawn(Flood, { host: { thread }, name: `flood ${i}` })))
    let deepest = 0
    onPut = () => {
      deepest = Math.max(deepest, t.stats().threads[to]?.mailboxDepth ?? 0)
    }
    const done = outcomeOf(Promise.all(floods.map((flood) => flood.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).send(sink, ROUNDS))))
    await t.settled()
    expect(done.state).toBe('resolved')
    expect(deepest).toBeGreaterThan(CAPACITY / 2)
    // As many may wait outside; those who send have a mailbox, too.
    expect(deepest).toBeLessThanOrEqual(2 * CAPACITY + SENDERS)
    const sent = done.value as Sent[]
    const all = sent.reduce((sum, { accepted, dropped, failed }) => sum + accepted + dropped + failed, 0)
    expect(all).toBe(SENDERS * ROUNDS * CAPACITY * 3)
    const got = Object.values(await sink.got())
    for (const numbers of got) expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    const dropped = Object.values(t.stats().totals.dropped).reduce((sum, count) => sum + count, 0)
    expect(got.flat().length + dropped).toBe(all)
    expectNoSilentLoss(t.stats())
  })
})
