/** Every stage of a call, a stream, an offer, a spawn and a stop at which the thread can end that it waits for. */
import type { Remote } from 'troupe'
import { Bench } from '../fixtures/bench.js'
import { Clerk } from '../fixtures/clerk.js'
import { Desk, Front } from '../fixtures/desk.js'
import { Feed, newMarks, Front as StreamFront } from '../fixtures/feeds.js'
import { SlowLoad } from '../fixtures/slow-load.js'
import { ASKING, DYING, NOTHING, type Scene, THIRD, THREAD_GONE, WITHDRAWN } from './dying-thread.js'
import { errorOf, eventually } from './outcomes.js'
import type { Outcome } from './waits.js'

/** What a caller is told whose own callee was asked on the thread that ended. */
const NESTED: Outcome = { value: WITHDRAWN }

const at = (thread: number): { readonly host: { readonly thread: number } } => ({ host: { thread } })

/** Calls and offers: with their handler, before it, after it, through others. */
export async function beginCalls(scene: Scene): Promise<void> {
  const { system, waits, clerks, inside, third, bench, there, elsewhere, expected } = scene
  const busy = await bench()
  const full = await bench({ mailbox: { capacity: 8, overflow: 'wait' } })
  const desk = await system.spawn(Desk, at(DYING))
  const outwards = (await system.spawn(Front, { ...at(DYING), init: third })) as Remote
  const inwards = (await system.spawn(Front, { ...at(THIRD), init: busy })) as Remote
  for (const holder of [busy, full]) waits.add(`running (${expected.there++})`, WITHDRAWN, clerkOf(scene).call(holder, 'hold', there))
  await eventually(() => there[0] === 2, 'both are held')
  for (let i = 0; i < 8; i++) full.$.tell.echo(i)
  await inside.echo('it is full')
  for (const [who, clerk] of clerks) {
    const begin = (what: string, work: Promise<Outcome>, wanted = WITHDRAWN): void => waits.add(`${who}: ${what}`, wanted, work)
    begin('a call in the mailbox', clerk.call(busy, 'echo', 1))
    begin('a call that waits for room', clerk.call(full, 'echo', 1))
    begin('an offer that waits for room', clerk.offer(full, 'echo', 1))
    begin('another call that waits for room', clerk.call(full, 'echo', 1))
    begin('a deferred answer', clerk.call(desk, 'wait', who))
    begin('a call forwarded to a third thread', clerk.call(outwards, 'hold', elsewhere))
    begin('a call forwarded from a third thread', clerk.call(inwards, 'echo', 1))
    begin('a call whose handler asks a third thread', clerk.call(inside, 'call', third, 'hold', elsewhere))
    begin('a call whose handler asks back', clerk.call(inside, 'call', clerk, 'hold', elsewhere))
    begin('a call of a third thread', clerk.call(third, 'call', busy, 'echo', 1), NESTED)
    begin('a call whose handler looks something up', clerk.call(inside, 'lookUp', 'nobody'))
    expected.elsewhere += 3
  }
}

/** Through a pool here with its worker there, and through a pool there with its worker elsewhere. */
export async function beginPooled(scene: Scene): Promise<void> {
  const { system, waits, clerks, inside, there, elsewhere, expected } = scene
  const idle = await system.pool(Bench, { size: 1, name: 'idle', host: { thread: DYING } })
  const round = await system.pool(Bench, { size: 1, name: 'round', host: { thread: DYING }, route: 'round-robin' })
  await inside.poolBench('inside', THIRD)
  const pool = (await system.lookup('inside')) as Remote
  const [, clerk] = clerks[1] as Scene['clerks'][number]
  waits.add('a job that a worker runs', WITHDRAWN, clerk.call(idle, 'hold', there))
  waits.add('a job that a worker of another pool runs', WITHDRAWN, clerk.call(round, 'hold', there))
  waits.add('a job of a pool there that runs elsewhere', WITHDRAWN, clerk.call(pool, 'hold', elsewhere))
  expected.there += 2
  expected.elsewhere++
  waits.add('a job in the mailbox of a worker', WITHDRAWN, clerk.call(round, 'echo', 1))
  waits.add('a job that waits in a pool there', WITHDRAWN, clerk.call(pool, 'echo', 1))
  // It goes to the worker that takes the place of the lost one.
  waits.add('a job that waits in the pool', { value: 'answered' }, clerk.call(idle, 'echo', 'answered'))
}

/** Streams from there, which their readers wait for. */
export async function beginStreams(scene: Scene): Promise<readonly (() => Promise<unknown>)[]> {
  const { system, waits, clerks, third, there, expected } = scene
  const pool = await system.pool(Feed, { size: 2, name: 'feeds', host: { thread: DYING } })
  const afar = await system.spawn(Feed, { ...at(THIRD), name: 'afar' })
  const front = await system.spawn(StreamFront, { ...at(DYING), init: afar })
  const slow: (() => Promise<unknown>)[] = []
  for (const [who, clerk] of clerks) {
    const read = (what: string, work: Promise<Outcome>): void => waits.add(`${who}: ${what}`, WITHDRAWN, work)
    const feed = (): Promise<Remote<typeof Feed>> => system.spawn(Feed, at(DYING))
    read('a stream before its first item', clerk.read(await feed(), there, 'stallsAfter', 0, newMarks()))
    read('a stream with credit left', clerk.read(await feed(), there, 'stallsAfter', 3, newMarks()))
    read('a stream that waits for credit', clerk.readSlowly(await feed(), there, 'numbers', 1e9))
    read('a stream through a pool', clerk.read(pool, there, 'stallsAfter', 2, newMarks()))
    read('a stream forwarded there', clerk.readSlowly(front, there, 'numbers', 1e9, closedOnce(scene)))
    slow.push(() => clerk.resume())
    expected.there += 4
  }
  await third.echo(1)
  return slow
}

/** Streams that actors there read: their generators are closed. */
export async function beginReading(scene: Scene): Promise<void> {
  const { system, waits, clerks, inside, there, expected } = scene
  for (const [who, clerk] of clerks) {
    const [one, two] = [await system.spawn(Feed, at(THIRD)), await system.spawn(Feed, at(THIRD))]
    const slow = clerk.call(inside, 'readSlowly', one, there, 'numbers', 1e9, closedOnce(scene))
    waits.add(`${who}: a call that reads a stream slowly`, WITHDRAWN, slow)
    waits.add(`${who}: a call that reads a stream`, WITHDRAWN, clerk.call(inside, 'read', two, there, 'stallsAfter', 1, closedOnce(scene)))
    expected.there += 2
  }
}

/** Actors that start there, and one that an actor there starts elsewhere. */
export async function beginSpawns(scene: Scene): Promise<void> {
  const { system, waits, clerks, inside } = scene
  for (const [who, clerk] of clerks) {
    const waiting = { ...at(DYING), name: `waits ${who}`, init: 'waits' as const }
    waits.add(`${who}: a spawn in its setup`, THREAD_GONE, clerk.spawn('Stillborn', waiting))
    const orphan = { ...at(THIRD), name: `orphan ${who}`, init: 'waits' as const }
    waits.add(`${who}: a call that spawns elsewhere`, WITHDRAWN, clerk.call(inside, 'spawn', 'Stillborn', orphan))
  }
  const loading = errorOf(system.spawn(SlowLoad, at(DYING))) as Promise<Error & Outcome>
  waits.add(
    'a spawn whose module loads',
    THREAD_GONE,
    loading.then(({ code = 'none', delivered = 'none' }) => ({ code, delivered })),
  )
}

/** Stops of actors there. */
export async function beginStops(scene: Scene): Promise<void> {
  const { system, waits, clerks, bench, there, expected } = scene
  for (const [who, clerk] of clerks) {
    const draining = await bench()
    waits.add(`${who}: a call that is drained`, WITHDRAWN, clerk.call(draining, 'hold', there))
    waits.add(`${who}: a drain`, NOTHING, clerk.stop(draining, 1e6))
    const cleaning = await bench()
    await cleaning.onStopHold(there)
    waits.add(`${who}: a stop whose onStop runs`, NOTHING, clerk.stop(cleaning))
    const parent = await system.spawn(Clerk, { ...at(ASKING), name: 'parent' })
    const child = (await parent.spawnBench(at(DYING))) as Remote<typeof Bench>
    await child.onStopHold(there)
    waits.add(`${who}: a stop that waits for a child there`, NOTHING, clerk.stop(parent))
    expected.there += 3
  }
}

/** What leaves while the thread is blocked, and never gets there. */
export function sendOff({ waits, clerks, third }: Scene, bench: Remote<typeof Bench>, stopped: readonly Remote<typeof Bench>[]): void {
  clerks.forEach(([who, clerk], i) => {
    const begin = (what: string, work: Promise<Outcome>, wanted = WITHDRAWN): void => waits.add(`${who}: ${what}`, wanted, work)
    begin('a call on its way', clerk.call(bench, 'echo', 1))
    begin('an offer on its way', clerk.offer(bench, 'echo', 1))
    begin('a call of a third thread on its way', clerk.call(third, 'call', bench, 'echo', 1), NESTED)
    begin('a spawn on its way', clerk.spawn('Bench', at(DYING)), THREAD_GONE)
    begin('a stop on its way', clerk.stop(stopped[i] as Remote), NOTHING)
  })
}

/** Memory of a stream that must have been closed when all is over. */
function closedOnce({ closings }: Scene): Int32Array {
  const marks = newMarks()
  closings.push(marks)
  return marks
}

function clerkOf({ clerks }: Scene): Remote<typeof Clerk> {
  return (clerks[0] as Scene['clerks'][number])[1]
}
