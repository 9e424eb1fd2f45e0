import type { Remote, Supervision, System } from 'troupe'
import { expect, it } from 'vitest'
import { Board, Child, Parent } from './fixtures/families.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

interface Family {
  readonly system: System
  readonly board: Remote<typeof Board>
  readonly failing: Remote<typeof Child>
}

/** Children a, b, c and d on threads 1, 2, 1 and 0; the parent lives on thread 1. `b` is going to fail. */
async function start(supervision: Supervision): Promise<Family> {
  const system = await startSystem({ threads: 2 })
  const board = await system.spawn(Board, { host: { thread: 0 } })
  const parent = await system.spawn(Parent, { host: { thread: 1 }, init: { board, threads: [1, 2, 1, 0], supervision } })
  expect(await begun(board, 5)).toEqual(['a', 'b', 'c', 'd', 'parent'])
  return { system, board, failing: (await parent.child(1)) as Remote<typeof Child> }
}

/** Who has begun, once so many have. */
async function begun(board: Remote<typeof Board>, count: number): Promise<string[]> {
  const all: string[] = []
  await eventually(async () => all.push(...(await board.take())) >= count, `${count} begin`)
  return all.sort()
}

it('one-for-all restarts siblings on every thread when a child on another thread fails', async () => {
  const { board, failing } = await start({ strategy: 'one-for-all' })
  await failing.fail()
  expect(await begun(board, 4)).toEqual(['a', 'b', 'c', 'd'])
  expect(await failing.thread()).toBe(2)
})

it('rest-for-one restarts those that were spawned later, on whatever thread', async () => {
  const { board, failing } = await start({ strategy: 'rest-for-one' })
  await failing.fail()
  expect(await begun(board, 3)).toEqual(['b', 'c', 'd'])
})

it('a child on another thread that cannot go on makes its parent fail, which restarts with all its children', async () => {
  const { system, board, failing } = await start({ budget: { restarts: 0, withinMs: 60_000 } })
  await failing.fail()
  expect(await begun(board, 5)).toEqual(['a', 'b', 'c', 'd', 'parent'])
  const names = system.lookupAll({}).map(({ name }) => name)
  expect(names.sort()).toEqual(['a', 'b', 'board', 'c', 'd', 'parent'])
})

it('what thread 0 spawns on other threads has no siblings', async () => {
  const { system, board } = await start({})
  const spawn = (name: string, thread: number) =>
    system.spawn(Child, { name, host: { thread }, init: { name, board }, supervision: { strategy: 'one-for-all' } })
  const [one] = [await spawn('one', 1), await spawn('other', 2)]
  expect(await begun(board, 2)).toEqual(['one', 'other'])
  await one.fail()
  expect(await begun(board, 1)).toEqual(['one'])
})
