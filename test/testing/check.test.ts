import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { coreOf, failureOf, gate, outcomeOf, readerOf, recordingLog } from '../actors/evidence.js'

const Desk = service(import.meta, 'desk', (self) => {
  const door = gate<string>()
  return {
    wait: () => door.passed,
    open: (text: string) => door.open(text),
    defer: () => self.request.defer(),
    ask: async (other: { wait(): Promise<string> }) => await other.wait(),
    async *items() {
      for (let i = 0; ; i++) yield i
    },
  }
})

const Bare = actor(() => ({ wait: () => gate().passed }))

function wrongs(t: TestSystem): string[] {
  try {
    t.check()
    return []
  } catch (error) {
    return String(error).split('\n').slice(1)
  }
}

describe('check()', () => {
  it('check() passes when all is well, with actors, timers and subscriptions in place', async () => {
    await using t = await createTestSystem({ seed: 1, threads: 2, log: recordingLog() })
    const Busy = service(import.meta, 'busy', (self) => {
      self.every(100, () => self.publish('tick', 1))
    })
    await t.spawn(Busy, { host: { thread: 1 } })
    await t.spawn(Desk, { host: { thread: 2 } })
    using ticks = t.probe('busy', 'tick')
    t.announcements({}, () => undefined)
    await t.clock.advance(1000)
    t.check()
    expect(ticks.all).toHaveLength(10)
  })

  it('check() lists the calls, streams, lookups and answers put off that are pending, with the seed', async () => {
    await using t = await createTestSystem({ seed: 3, threads: 1, timeoutMs: 1000 })
    const desk = await t.spawn(Desk, { host: 'inline' })
    const far = await t.spawn(Desk, { name: 'far', host: { thread: 1 } })
    const streaming = await t.spawn(Desk, { name: 'streaming', host: { thread: 1 } })
    await readerOf(streaming.items()).next()
    const pending = [far.defer(), desk.ask(far), t.lookup('nobody'), desk.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).open('x')]
    const outcomes = pending.map(outcomeOf)
    await t.settled()
    expect(() => t.check()).toThrow('check(): 6 things are wrong (seed 3)\n- ')
    expect(wrongs(t).sort()).toEqual([
      '- desk.ask(), asked by the test, is pending: its handler has not answered, due at 1000 ms',
      '- desk.open(), asked by the test, is pending: it waits, without a deadline',
      '- far.defer(), asked by the test, is pending: it is with another thread, due at 1000 ms',
      '- far.wait(), asked by "desk", is pending: it is with another thread, due at 1000 ms',
      '- nobody.lookup(), asked by the test, is pending: it waits, due at 1000 ms',
      '- streaming.items(), asked by the test, is pending: it is with another thread, without a deadline',
    ])
    await t.clock.advance(1100)
    expect(outcomes.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected', 'resolved'])
    expect(wrongs(t)).toEqual(['- streaming.items(), asked by the test, is pending: it is with another thread, without a deadline'])
  })

  it('check() while messages are on their way looks only at what is certain', async () => {
    await using t = await createTestSystem({ seed: 1, threads: 1 })
    const desk = await t.spawn(Desk, { host: { thread: 1 } })
    const call = desk.open('x')
    t.check()
    await call
    t.check()
  })

  it('check() finds messages that are not accounted for', async () => {
    const t = await createTestSystem({ seed: 4 })
    coreOf(t).counters.sent()
    coreOf(t).counters.sent()
    expect(wrongs(t)).toEqual(['- 2 messages are lost: sent, and not delivered, dropped or waiting'])
    for (let i = 0; i < 3; i++) coreOf(t).counters.dropped('stopped')
    expect(wrongs(t)).toEqual([
      '- thread 0 has dealt with 1 messages more than were sent to it',
      '- -1 messages are lost: sent, and not delivered, dropped or waiting',
    ])
    coreOf(t).counters.sent()
    await t[Symbol.asyncDispose]()
  })

  it('check() lists ten of a kind and counts the others', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const bare = t.spawn(Bare)
    const calls = Array.from({ length: 13 }, () => outcomeOf(bare.wait()))
    await t.settled()
    expect([wrongs(t).length, wrongs(t).at(-1), calls.length]).toEqual([11, '- 3 more calls are pending', 13])
  })

  it('disposing of a system stops it and checks that nothing is left behind', async () => {
    const t = await createTestSystem({ seed: 5 })
    const core = coreOf(t)
    core.retain()
    core.newCellNumber()
    expect(await failureOf(t[Symbol.asyncDispose]())).toMatchObject({
      message: 'check(): something is wrong (seed 5)\n- after the stop there are things that keep the process alive: 1',
    })
    expect(t.state).toBe('stopped')
  })

  it('disposing of a system names the actors that did not stop in time, on whatever thread', async () => {
    const Clinging = service(import.meta, 'clinging', (self) => {
      for (let i = 0; i < 3; i++) self.onStop(() => new Promise(() => undefined))
    })
    const t = await createTestSystem({ seed: 6, threads: 1, log: recordingLog() })
    await t.spawn(Clinging, { host: { thread: 1 } })
    await t.spawn(Clinging, { host: 'inline', name: 'here' })
    const lines = String(await failureOf(t[Symbol.asyncDispose]())).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining(['- service "clinging" has not stopped (stopping)', '- service "here" has not stopped (stopping)']),
    )
  })
})
