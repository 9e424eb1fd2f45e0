import { expect, it } from 'vitest'
import { bridgingOf } from '../../../src/exchange/peers/permission.js'

it.each([
  [true, false, 'tcp://127.0.0.1:4711', true],
  [true, false, 'tcp://[::ffff:127.0.0.1]:4711', true],
  [true, false, 'unix:', true],
  [true, false, 'tcp://10.0.0.7:4711', false],
  [true, false, '', false],
  [true, true, 'tcp://10.0.0.7:4711', true],
  [{}, true, 'tcp://10.0.0.7:4711', true],
  [{ bridge: true }, false, 'tcp://10.0.0.7:4711', true],
  [{ bridge: false }, true, 'tcp://127.0.0.1:4711', false],
  [false, true, 'unix:', undefined],
  [undefined, true, 'unix:', undefined],
  [null, true, 'unix:', undefined],
  [1, true, 'unix:', undefined],
  [{ bridge: 'yes' }, true, 'unix:', undefined],
])('bridgingOf() the answer %j, proven %s, from "%s" is %s', (answer, isProven, remoteAddress, expected) => {
  expect(bridgingOf(answer, { isProven, remoteAddress })).toBe(expected)
})
