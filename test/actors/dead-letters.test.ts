import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { DeadLetter } from '../../src/actors/kernel/dead-letters.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, gate, recordingLog } from './evidence.js'

type Heard = DeadLetter & { readonly missed: number }

const Slow = service(import.meta, 'slow', { mailbox: { capacity: 2 } }, () => ({
  wait: (_what?: unknown) => gate().passed,
}))

async function start() {
  const log = recordingLog()
  const t = await createTestSystem({ seed: 1, log })
  const letters: Heard[] = []
  const listening = t.system.deadLetters((letter) => void letters.push(letter))
  return { t, letters, listening, log }
}

describe('deadLetters()', () => {
  it('deadLetters() tells reason, kind, method, sender, target and a preview', async () => {
    const { t, letters } = await start()
    await using _ = t
    const slow = await t.spawn(Slow)
    for (const text of ['a', 'b', 'c', 'd']) slow.$.tell.wait({ text })
    await t.settled()
    slow.$.tell.wait('long'.repeat(100))
    await t.settled()
    expect(letters.map(({ reason, kind, method, preview, thread, missed }) => [reason, kind, method, preview, thread, missed])).toEqual([
      ['mailbox-full', 'tell', 'wait', '{ text }', 0, 0],
      ['mailbox-full', 'tell', 'wait', '{ text }', 0, 0],
    ])
    const [first] = letters
    expect(first?.target).toEqual({ id: slow.$.binding.id, name: 'slow' })
    expect(first?.sender.name).toBe('')
    expect(Object.isFrozen(first)).toBe(true)
  })

  it('deadLetters() hears of every reason there is within a thread, of calls too', async () => {
    const { t, letters } = await start()
    await using _ = t
    const slow = await t.spawn(Slow)
    const running = failureOf(slow.wait())
    await t.settled()
    const controller = new AbortController()
    const failures = [
      failureOf(slow.$.with({ timeoutMs: 10 }).wait()),
      failureOf(slow.$.with({ signal: controller.signal }).wait()),
      failureOf(slow.wait()),
    ]
    await t.settled()
    controller.abort()
    await t.clock.advance(20)
    const waiting = failureOf(slow.wait())
    slow.$.tell.wait()
    await slow.$.stop()
    slow.$.tell.wait()
    t.client('nobody').$.tell.hello()
    await Promise.all([...failures, running, waiting])
    await t.settled()
    expect(letters.map(({ reason, kind }) => `${kind} ${reason}`).sort()).toEqual([
      'call aborted',
      'call expired',
      'call mailbox-full',
      'call stopped',
      'tell stopped',
      'tell unavailable',
      'tell unavailable',
    ])
    expect(letters.find(({ method }) => method === 'hello')?.target).toEqual({ id: '', name: 'nobody' })
  })

  it('deadLetters() adds up with what stats() counts as dropped', async () => {
    const { t, letters } = await start()
    await using _ = t
    const slow = await t.spawn(Slow)
    for (let i = 0; i < 50; i++) slow.$.tell.wait()
    await t.settled()
    expect(letters).toHaveLength(t.stats().totals.dropped['mailbox-full'] ?? 0)
  })

  it('deadLetters() is bounded: at most 1000 a second are passed on, and what was not is counted', async () => {
    const { t, letters } = await start()
    await using _ = t
    const gone = t.spawn(actor(() => ({ hello() {} })))
    await gone.$.stop()
    for (let i = 0; i < 3000; i++) gone.$.tell.hello()
    await t.settled()
    expect(letters.reduce((sum, { missed }) => sum + missed + 1, 0)).toBe(1000)
    await t.clock.advance(1000)
    gone.$.tell.hello()
    await t.settled()
    expect(letters.at(-1)?.missed).toBe(2000)
  })

  it('deadLetters() ends with close(): nothing is heard any more', async () => {
    const { t, letters, listening } = await start()
    await using _ = t
    const gone = t.spawn(actor(() => ({ hello() {} })))
    await gone.$.stop()
    listening.close()
    gone.$.tell.hello()
    await t.settled()
    expect(letters).toEqual([])
  })

  it('deadLetters() refuses what is no function', async () => {
    await using t = await createTestSystem({ seed: 1 })
    expect(() => t.system.deadLetters(5 as never)).toThrow('deadLetters(): listener is 5; give a function')
  })

  it('tells that are not delivered leave a line in the log, one a second', async () => {
    const { t, listening, log } = await start()
    await using _ = t
    listening.close()
    const gone = t.spawn(actor(() => ({ hello() {} })))
    await gone.$.stop()
    const lines = (): string[] => log.records.filter(({ message }) => message.startsWith('dead letter')).map(({ message }) => message)
    for (let i = 0; i < 100; i++) gone.$.tell.hello()
    expect(lines()).toHaveLength(1)
    expect(lines()[0]).toMatch(/^dead letter \(unavailable\): tell .*\.hello\(\) of /)
    await t.clock.advance(1000)
    gone.$.tell.hello()
    expect(lines()).toHaveLength(2)
    expect(lines()[1]).toContain('and 99 more since the last such line')
    await failureOf(gone.hello())
    await t.clock.advance(1000)
    await failureOf(gone.hello())
    expect(lines()).toHaveLength(2)
  })

  it('letters of calls, which only listeners hear of, keep no line from the log', async () => {
    const { t, letters, log } = await start()
    await using _ = t
    const gone = t.spawn(actor(() => ({ hello() {} })))
    await gone.$.stop()
    await failureOf(gone.hello())
    gone.$.tell.hello()
    await t.settled()
    expect(letters.map(({ kind }) => kind)).toEqual(['call', 'tell'])
    expect(log.records.map(({ message }) => message)).toEqual([expect.stringMatching(/^dead letter \(unavailable\): tell /)])
  })
})
