import { expect, it } from 'vitest'
import { Lingering } from '../../../src/exchange/bridge/lingering.js'

it('look() tells what was missing at the last look too, and begins anew for what came back', () => {
  const lingering = new Lingering<string>()
  expect(lingering.look(['a', 'b'])).toEqual([])
  expect(lingering.look(['b', 'c'])).toEqual(['b'])
  expect(lingering.look(['a', 'c'])).toEqual(['c'])
  expect(lingering.look([])).toEqual([])
  expect(lingering.look(['a'])).toEqual([])
})
