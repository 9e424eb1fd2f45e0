import { describe, expect, it } from 'vitest'
import { CLOSED } from './fixtures/feeds.js'
import { blockThread, everythingStands, setScene, THIRD, WAYS } from './support/dying-thread.js'
import { eventually } from './support/outcomes.js'
import { beginCalls, beginPooled, beginReading, beginSpawns, beginStops, beginStreams, sendOff } from './support/stages.js'

/** What waited for a thread has ended within 100 ms of its end; twenty times that allows for a busy machine. */
const LIMIT_MS = 2000

/** Actors of the third thread that are no business of the thread that ends: the clerk, a front, five feeds. */
const LEFT_ELSEWHERE = 7

describe.each(WAYS)('a thread that ends by %s', (way) => {
  it('leaves nobody waiting, at whatever stage', async () => {
    const scene = await setScene()
    await beginCalls(scene)
    await beginPooled(scene)
    const readers = await beginStreams(scene)
    await beginReading(scene)
    await beginSpawns(scene)
    await beginStops(scene)
    const bench = await scene.bench()
    const stopped = [await scene.bench(), await scene.bench()]
    await everythingStands(scene)
    expect(scene.waits.outcomes).toEqual({})
    const end = await blockThread(scene, way)
    sendOff(scene, bench, stopped)
    for (const [, clerk] of scene.clerks) await clerk.call(scene.third, 'echo', 'sent')
    await end()
    await Promise.all(readers.map((resume) => resume()))
    expect(await scene.waits.within(LIMIT_MS)).toEqual(scene.waits.wanted)
    await eventually(() => scene.elsewhere[1] === scene.elsewhere[0], 'what it had asked for is aborted')
    await eventually(() => scene.closings.every((marks) => marks[CLOSED] === 1), 'the streams it read are closed')
    await eventually(() => scene.system.stats().threads[THIRD]?.actors === LEFT_ELSEWHERE, 'what it had started elsewhere is gone')
  })
})
