/**
 * Lesson 4: an actor supervises the children it spawns. A method that throws fails its call and nothing else; a timer that
 * throws has no caller to tell, so its actor starts again: `onStop` runs, then `setup`, with a fresh closure under the same
 * remote. Stopping goes from the leaves to the root.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { actor, createSystem, isFailure, type Logger } from 'troupe'

// Failures of timers go to the log, as one line of JSON on stderr by default. Here the message is enough.
const log: Logger = {
  debug() {},
  info() {},
  warn: (message) => console.log(`log: ${message}`),
  error: (message) => console.log(`log: ${message}`),
}

const starts = { ann: 0, bob: 0 }

const Worker = actor((self, init: { name: 'ann' | 'bob' }) => {
  starts[init.name]++
  console.log(`${init.name}: starts`)
  self.onStop((reason) => console.log(`${init.name}: ends (${reason})`))
  let done = 0
  return {
    work: () => ++done,
    refuse() {
      throw new Error('not today')
    },
    failLater: () =>
      void self.after(10, () => {
        throw new Error('a timer failed')
      }),
  }
})

const Team = actor((self) => {
  console.log('team: starts')
  self.onStop((reason) => console.log(`team: ends (${reason})`))
  const ann = self.spawn(Worker, { init: { name: 'ann' } })
  const bob = self.spawn(Worker, { init: { name: 'bob' } })
  // A remote may be handed out like any value.
  return { members: () => ({ ann, bob }) }
})

await using system = await createSystem({ threads: 0, log })
const team = system.spawn(Team)
const { ann, bob } = await team.members()
await ann.work()
await bob.work()

try {
  await ann.refuse()
} catch (error) {
  if (isFailure(error)) console.log(`${error.code}: ${error.message}`)
}
console.log(`ann has lost nothing: ${await ann.work()}`)

await ann.failLater()
while (starts.ann < 2) await sleep(5)
console.log(`ann began again: ${await ann.work()}`)
console.log(`bob did not notice: ${await bob.work()}`)

await team.$.stop()
