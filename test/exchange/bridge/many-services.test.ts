import { expect, it } from 'vitest'
import { Net } from '../exchange-net.js'
import { Echo } from '../services.js'

const COUNT = 5000

it('a process with thousands of services is linked, and what changes while it is away is told in parts too', async () => {
  const net = new Net()
  const a = await net.process('a')
  const b = await net.process('b')
  const spawn = (prefix: string) =>
    Promise.all(Array.from({ length: COUNT }, (_, i) => a.system.spawn(Echo, { name: `${prefix}-${i}`, groups: ['many'] })))
  await spawn('first')
  await b.join('a')
  expect(b.system.lookupAll({ group: 'many' })).toHaveLength(COUNT)
  await b.exchanges[0]?.links()[0]?.close()
  await spawn('second')
  await b.join('a')
  expect(b.system.lookupAll({ group: 'many' })).toHaveLength(2 * COUNT)
})
