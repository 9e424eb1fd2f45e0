import { expect, it } from 'vitest'
import type { ThreadKey } from '../../../src/base/ids.js'
import { CutThreads } from '../../../src/runtime/abroad/cut-threads.js'

const key = (name: number): ThreadKey => String(name) as ThreadKey

it('CutThreads tells the threads of a place once, and keeps so many of so many places', () => {
  const cut = new CutThreads()
  for (let i = 0; i < 100; i++) cut.add('crowded', key(i))
  expect(cut.take('crowded')).toHaveLength(64)
  expect(cut.take('crowded')).toEqual([])
  for (let i = 0; i < 1001; i++) cut.add(`place ${i}`, key(i))
  expect(cut.take('place 0')).toEqual([])
  expect(cut.take('place 1')).toEqual([key(1)])
})
