import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../../src/base/ids.js'
import { BootWait } from '../../../src/runtime/vessels/boot-wait.js'
import type { Vessel } from '../../../src/runtime/vessels/vessel.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'

const vessel = { label: 'thread 3' } as Vessel

function startWait(): { readonly time: VirtualTime; readonly boot: BootWait; readonly outcome: Promise<string> } {
  const time = new VirtualTime(0)
  const boot = new BootWait({
    thread: '3' as ThreadKey,
    vessel,
    moduleUrl: 'file:///a.js',
    scheduler: time,
    startMs: 10_000,
    now: () => time.now(),
  })
  return { time, boot, outcome: boot.ready.catch((error: Error) => error.message) }
}

describe('BootWait', () => {
  it('giveUp() rejects, and tells what loaded and for how long', async () => {
    const { time, boot, outcome } = startWait()
    boot.told({ kind: 'booted' })
    time.moveTo(2500)
    expect(boot.giveUp()).toEqual({ label: 'thread 3', moduleUrl: 'file:///a.js', forMs: 2500 })
    expect(await outcome).toBe('the system stopped while thread 3 loaded file:///a.js')
    expect(time.nextDueMs).toBe(Number.POSITIVE_INFINITY)
    expect(boot.giveUp()).toBeUndefined()
  })

  it.each([
    ['is ready', (boot: BootWait) => boot.told({ kind: 'ready' }), '3'],
    [
      'has failed',
      (boot: BootWait) => boot.told({ kind: 'failed', error: { name: 'Error', message: 'no', stack: undefined, code: undefined } }),
      /no/,
    ],
    ['has ended', (boot: BootWait) => boot.ended({ code: 1, signal: null, failure: undefined }), /exit code 1/],
  ] as const)('giveUp() has nothing to tell of one that %s', async (_, end, outcomeIs) => {
    const { boot, outcome } = startWait()
    end(boot)
    expect(boot.giveUp()).toBeUndefined()
    expect(await outcome).toMatch(outcomeIs)
  })
})
