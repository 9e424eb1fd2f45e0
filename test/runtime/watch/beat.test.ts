import { describe, expect, it } from 'vitest'
import { actor } from '../../../src/actors/define.js'
import { VITALS } from '../../../src/actors/kernel/vitals.js'
import type { Remote } from '../../../src/actors/remote-type.js'
import { Rig, settled, type WatchedThread } from './watched-threads.js'

/** Times between the next beats of a thread. */
function intervals({ time }: WatchedThread, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const before = time.now()
    time.pass(time.nextDueMs - before)
    return time.now() - before
  })
}

const vital = (rig: Rig, slot: number, name: keyof typeof VITALS): number => rig.lookout(slot).vitals[VITALS[name]] ?? Number.NaN

describe('a thread', () => {
  it('shows that it lives twice a second, ever more rarely while nothing happens, and at once more often when something does', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    await settled()
    expect(intervals(thread, 6)).toEqual([500, 1000, 2000, 4000, 4000, 4000])
    const light = thread.spawn(actor(() => ({ note: () => undefined }))) as Remote<{ note: () => void }>
    await light.note()
    await settled()
    expect(intervals(thread, 4)).toEqual([500, 500, 1000, 2000])
  })

  it('that looks at busy ones keeps in time with them', async () => {
    const rig = new Rig()
    const [main, worker] = [rig.start(0), rig.start(1)]
    const light = worker.spawn(actor(() => ({ note: () => undefined }))) as Remote<{ note: () => void }>
    for (let i = 0; i < 4; i++) {
      await light.note()
      await settled()
      expect(intervals(main, 1)).toEqual([500])
      worker.time.pass(500)
    }
  })

  it('shows so more often where it may be held for less', async () => {
    const rig = new Rig({ limits: { warnMs: 100, endMs: Number.POSITIVE_INFINITY } })
    const thread = rig.start(1)
    await settled()
    expect(intervals(thread, 2)).toEqual([50, 100])
  })

  it('tells the longest delay of its event loop in the last five to ten seconds, its load and its heap', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    const light = thread.spawn(actor(() => ({ hold: () => thread.time.hold(300) }))) as Remote<{ hold: () => void }>
    await settled()
    await light.hold()
    await settled()
    intervals(thread, 1)
    expect(vital(rig, 1, 'loopDelayMs')).toBe(300)
    expect(vital(rig, 1, 'loopUtilization')).toBe(0.5)
    expect(vital(rig, 1, 'heapUsedBytes')).toBe(1000)
    expect(vital(rig, 1, 'heapLimitBytes')).toBe(2000)
    thread.time.pass(3000)
    expect(vital(rig, 1, 'loopDelayMs')).toBe(300)
    thread.time.pass(20_000)
    expect(vital(rig, 1, 'loopDelayMs')).toBe(0)
  })

  it('tells of a delay that no message has caused', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    thread.time.hold(700)
    thread.time.turn()
    expect(vital(rig, 1, 'loopDelayMs')).toBe(200)
  })

  it('shows nothing any more once it has closed', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    await thread.core.close()
    expect(vital(rig, 1, 'beatDue')).toBe(0)
    expect(thread.time.nextDueMs).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the names that a thread shows', () => {
  it('are cut where they are long, and left out where there is no room for more', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    const lookout = rig.lookout(1)
    const shown: string[] = []
    const long = 'x'.repeat(200)
    const names = [long, ...Array.from({ length: 3000 }, (_, i) => `method ${i}`), 'one too many']
    const methods = Object.fromEntries(
      names.map((name) => [
        name,
        () => {
          const place = lookout.current
          shown.push(place === null ? 'nothing' : lookout.methodOf(place))
        },
      ]),
    )
    const light = thread.spawn(actor(() => methods)) as Remote
    const call = (name: string): Promise<unknown> | undefined => light[name]?.()
    for (const name of names) await call(name)
    expect(shown.slice(0, 3)).toEqual(['x'.repeat(80), 'method 0()', 'method 1()'])
    expect(shown).toHaveLength(names.length)
    expect(shown.at(-1)).toBe('')
    expect(shown.filter((name) => name !== '').length).toBeGreaterThan(2000)
    // Those that had room keep it.
    shown.length = 0
    await call('method 0')
    expect(shown).toEqual(['method 0()'])
  })

  it('are of the turn that runs alone', async () => {
    const rig = new Rig()
    const thread = rig.start(1)
    const lookout = rig.lookout(1)
    const light = thread.spawn(
      actor(() => ({ note: () => lookout.current !== null, wait: () => new Promise(() => undefined) })),
    ) as Remote<{
      note: () => boolean
      wait: () => Promise<never>
    }>
    expect(await light.note()).toBe(true)
    expect(lookout.current).toBeNull()
    expect(lookout.open).toEqual([])
    light.$.tell.wait()
    await settled()
    expect(lookout.current).toBeNull()
    expect(lookout.open.map((place) => lookout.methodOf(place))).toEqual(['wait()'])
  })
})
