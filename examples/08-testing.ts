/**
 * Lesson 8: tests. `createTestSystem` is a system on a clock that you move by hand, so that an hour takes no time, with simulated
 * threads, stand-ins for what others write, probes and faults. The seed decides the order of events: what fails once fails again.
 */
import assert from 'node:assert/strict'
import { contract, method, RequestTimeout, service } from 'troupe'
import { createTestSystem } from 'troupe/testing'
import { z } from 'zod'

const UsersApi = contract('users', { methods: { isKnown: method([z.string()], z.boolean()) } })

const SessionsApi = contract('sessions', {
  methods: {
    open: method([z.string()], z.boolean()),
    count: method([], z.int()),
  },
  reports: { ended: z.string() },
})

const SESSION_MS = 30 * 60_000

const SessionsService = service(import.meta, SessionsApi, (self) => {
  const open = new Set<string>()
  const users = self.client(UsersApi)
  const end = (user: string): void => {
    open.delete(user)
    self.publish('ended', user)
  }
  return {
    async open(user) {
      if (!(await users.isKnown(user))) return false
      open.add(user)
      self.after(SESSION_MS, () => end(user), `expiry of ${user}`) // a timer of the same key is replaced
      return true
    },
    count: () => open.size,
  }
})

await using t = await createTestSystem({ seed: 7, threads: 2 })

// The users are not written yet: a stand-in under their name, checked against their contract.
const users = await t.stand(UsersApi, { isKnown: (user) => user !== 'mallory' })
const sessions = await t.spawn(SessionsService, { host: { thread: 1 } })
using ended = t.probe(SessionsApi, 'ended')

assert.equal(await sessions.open('ann'), true)
assert.equal(await sessions.open('mallory'), false)
await t.clock.advance(SESSION_MS / 2)
await sessions.open('bob')
await sessions.open('ann')
assert.equal(await sessions.count(), 2)
console.log('two sessions are open')

await t.clock.advance(SESSION_MS - 1)
await ended.none()
await t.clock.advance(1)
console.log(`${(await ended.next()).content} and ${(await ended.next()).content} have left after ${t.clock.now() / 60_000} virtual minutes`)

// A message that is lost on its way: whoever asked hears of it at the deadline, which follows the virtual clock too.
t.fault(users).drop()
const refused = assert.rejects(users.isKnown('ann'), RequestTimeout)
await t.clock.advance(5000)
await refused
console.log('a call that was lost times out')

// A thread that dies: the service comes back on a new one, and the Remote works again.
await sessions.open('carl')
await t.killThread(1)
await t.clock.advance(1)
console.log(`${await sessions.count()} sessions after the death of a thread`)

t.check() // nothing is pending, every message is accounted for
