import { expect, it } from 'vitest'
import { Bench, Tally } from './fixtures/bench.js'
import { eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

it.each([
  ['from thread 0 to a worker', 'inline', { thread: 1 }],
  ['from a worker to another', { thread: 1 }, { thread: 2 }],
  ['from a worker to thread 0', { thread: 1 }, 'inline'],
] as const)('calls, tells and offers arrive in the order in which they were sent, %s', async (_, from, to) => {
  const system = await startSystem()
  const sender = await system.spawn(Bench, { host: from, name: 'sender' })
  const receiver = await system.spawn(Bench, { host: to, name: 'receiver' })
  await sender.sendMixed(receiver, 3000)
  const seen = (await receiver.seen()) as number[]
  expect(seen).toEqual(Array.from({ length: 3000 }, (_, i) => i))
})

it('an offer waits for room in a far mailbox', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench, { mailbox: { capacity: 2, overflow: 'wait' } })
  const gate = new AbortController()
  const running = failureOf(bench.$.with({ signal: gate.signal }).untilAborted(witness.remote))
  await witness.next()
  await bench.$.offer.see('fits')
  await bench.$.offer.see('fits too')
  let taken = false
  const waiting = bench.$.offer.see('waits').then(() => {
    taken = true
  })
  expect(await failureOf(bench.$.with({ timeoutMs: 80 }).$.offer.see('expires'))).toMatchObject({
    code: 'ERR_REQUEST_TIMEOUT',
    delivered: 'no',
  })
  expect(taken).toBe(false)
  gate.abort()
  await running
  await waiting
  expect(await bench.seen()).toEqual(['fits', 'fits too', 'waits'])
})

it('tells tell of a far actor that is gone', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  expect(bench.$.tell.see(1)).toBe('accepted')
  await bench.$.stop()
  expect(bench.$.tell.see(2)).toBe('unavailable')
})

it('workers go on with each other while thread 0 is blocked', async () => {
  const system = await startSystem()
  const tally = new Int32Array(new SharedArrayBuffer(4))
  const target = await system.spawn(Tally, { init: tally, host: { thread: 2 } })
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const asking = bench.askTimes(target, 'add', 200)
  await system.call('bench-unknown', 'x', [], { timeoutMs: 1 }).catch(() => undefined)
  // Thread 0 does nothing but wait from here on: no frame, no message, no timer of it is handled.
  const end = performance.now() + 10_000
  while (Atomics.load(tally, 0) < 200 && performance.now() < end) Atomics.wait(tally, 0, Atomics.load(tally, 0), 10)
  expect(Atomics.load(tally, 0)).toBe(200)
  expect(await asking).toBe(200)
})

it.each([
  ['one port message', 0, 1],
  // One for each time that the reader has run dry and parked before the turn ended.
  ['a ring, with few bells beside it', undefined, 100],
])('all messages of a turn go to another thread in %s', async (_, maxRingBytes, most) => {
  const system = await startSystem(maxRingBytes === undefined ? {} : { maxRingBytes })
  const bench = await system.spawn(Bench)
  const { MessagePort } = await import('node:worker_threads')
  const { postMessage } = MessagePort.prototype
  let posted = 0
  MessagePort.prototype.postMessage = function spy(this: InstanceType<typeof MessagePort>, ...args: Parameters<typeof postMessage>) {
    posted++
    return postMessage.apply(this, args)
  }
  try {
    await Promise.all(Array.from({ length: 500 }, (_, i) => bench.echo(i)))
  } finally {
    MessagePort.prototype.postMessage = postMessage
  }
  expect(posted).toBeLessThanOrEqual(most)
})

it('messages counted as sent are delivered or dropped once nothing is on its way', async () => {
  const system = await startSystem()
  const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
  await one.sendMixed(two, 300)
  await two.$.stop()
  two.$.tell.see('lost')
  await failureOf(two.see('lost'))
  const counts = (): number => {
    const { sent, delivered, dropped } = system.stats().totals
    return sent - delivered - Object.values(dropped).reduce((sum, one) => sum + one, 0)
  }
  await eventually(() => counts() === 0, 'everything sent is accounted for')
})
