import { expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

interface Heard {
  note(): void
  heard(): (string | undefined)[]
}

const Ear = service(import.meta, 'ear', (self) => {
  const heard: (string | undefined)[] = []
  return { note: () => void heard.push(self.request.properties['traceparent']), heard: () => heard }
})

const Relay = service(import.meta, 'relay', (self) => ({
  async run() {
    const ear = (await self.lookup('ear')) as unknown as Remote<Heard>
    await ear.note()
    ear.$.tell.note()
    await ear.$.with({ properties: { user: 'ada' } }).note()
    await ear.$.with({ properties: { traceparent: 'another' } }).note()
    await ear.$.with({ detached: true }).note()
    self.after(1, () => void ear.$.tell.note())
  },
}))

it('a trace goes on to requests made for one that has it: calls and tells, unless they have another or are detached', async () => {
  await using t = await createTestSystem({ seed: 1 })
  const ear = await t.spawn(Ear)
  const relay = await t.spawn(Relay)
  await relay.$.with({ properties: { traceparent: PARENT } }).run()
  await t.clock.advance(5)
  expect(await ear.heard()).toEqual([PARENT, PARENT, PARENT, 'another', undefined, undefined])
})
