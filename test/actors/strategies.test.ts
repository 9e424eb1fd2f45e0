import { describe, expect, it } from 'vitest'
import type { Strategy, Supervision } from '../../src/actors/actor-options.js'
import { actor } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { failureOf, recordingLog } from './evidence.js'

type Child = Remote<ReturnType<typeof child>>

/** Tells the log when it begins and ends; its timer fails. */
const child = (seen: string[]) =>
  actor((self, init: { name: string }) => {
    seen.push(`${init.name} begins`)
    self.onStop(() => void seen.push(`${init.name} ends`))
    return {
      fail: () =>
        void self.after(0, () => {
          throw new Error(`${init.name} fails`)
        }),
      ask: () => init.name,
    }
  })

/** Lets it fail in a timer. */
async function crash(t: TestSystem, remote: Child | undefined): Promise<void> {
  await remote?.fail()
  await t.clock.advance(1)
}

/** A parent with children a, b and c, spawned in this order. */
async function family(t: TestSystem, seen: string[], supervision: Supervision) {
  const Child = child(seen)
  const children: Child[] = []
  const parent = t.spawn(
    actor((self) => {
      seen.push('parent begins')
      for (const name of ['a', 'b', 'c']) children.push(self.spawn(Child, { init: { name }, supervision }) as Child)
      return { ping: () => 'pong' }
    }),
  )
  await parent.ping()
  await t.settled()
  seen.length = 0
  return { parent, children }
}

describe('strategy', () => {
  it.each<[Strategy, readonly string[]]>([
    ['one-for-one', ['b ends', 'b begins']],
    ['rest-for-one', ['c ends', 'b ends', 'b begins', 'c begins']],
    ['one-for-all', ['c ends', 'b ends', 'a ends', 'a begins', 'b begins', 'c begins']],
  ])('%s restarts whom it reaches: the youngest ends first, the oldest begins first', async (strategy, expected) => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const seen: string[] = []
    const { children } = await family(t, seen, { strategy })
    await crash(t, children[1])
    expect(seen).toEqual(expected)
    expect(await Promise.all(children.map((one) => one.ask()))).toEqual(['a', 'b', 'c'])
  })

  it('one-for-all keeps what waits for siblings, and fails what they run with ServiceWithdrawn', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const never = actor(() => ({ wait: () => new Promise<never>(() => undefined), ask: () => 'asked' }))
    const failing = child([])
    const made: { wait: Remote<typeof never>; fail: Child }[] = []
    const parent = t.spawn(
      actor((self) => {
        const fail = self.spawn(failing, { init: { name: 'f' }, supervision: { strategy: 'one-for-all' } }) as Child
        made.push({ wait: self.spawn(never), fail })
        return { ping: () => 'pong' }
      }),
    )
    await parent.ping()
    const [{ wait, fail }] = made as [(typeof made)[0]]
    const [running, waiting] = [failureOf(wait.wait()), wait.ask()]
    await crash(t, fail)
    expect(await running).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    expect(await waiting).toBe('asked')
  })

  it('one-for-all restarts siblings after the same delay, which the budget of the one that fails decides', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const seen: string[] = []
    const { children } = await family(t, seen, { strategy: 'one-for-all', backoff: { minMs: 100, jitter: 0 } })
    await crash(t, children[0])
    await crash(t, children[0])
    seen.length = 0
    await t.clock.advance(99)
    expect(seen).toEqual([])
    await t.clock.advance(1)
    expect(seen).toEqual(['a begins', 'b begins', 'c begins'])
  })

  it('one-for-all of a child whose budget is spent restarts nobody: the parent deals with the failure', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const seen: string[] = []
    const { children } = await family(t, seen, { strategy: 'one-for-all', budget: { restarts: 0, withinMs: 1000 } })
    await crash(t, children[2])
    const [parent, ...others] = seen.slice(seen.indexOf('parent begins'))
    expect([parent, ...others.toSorted()]).toEqual(['parent begins', 'a begins', 'b begins', 'c begins'])
  })

  it('what the system itself spawned has no siblings', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const seen: string[] = []
    const Child = child(seen)
    const options = (name: string) => ({ init: { name }, supervision: { strategy: 'one-for-all' } as const })
    const [one, other] = [t.spawn(Child, options('one')), t.spawn(Child, options('other'))]
    await Promise.all([one.ask(), other.ask()])
    await crash(t, one)
    expect(seen.slice(2)).toEqual(['one ends', 'one begins'])
  })

  it('a strategy that there is not is refused', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const supervision = { strategy: 'all-for-one' } as unknown as Supervision
    expect(() => t.spawn(child([]), { init: { name: 'x' }, supervision })).toThrow(
      "strategy is \"all-for-one\"; give 'one-for-one', 'one-for-all' or 'rest-for-one'",
    )
  })
})
