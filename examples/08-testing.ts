/**
 * Lesson 8: tests. `createTestSystem` is a system without threads on a clock that you move by hand: an hour takes no time,
 * and the seed decides the order of turns, so that what fails once fails again.
 */
import assert from 'node:assert/strict'
import { contract, method, RequestTimeout, service } from 'troupe'
import { createTestSystem } from 'troupe/testing'
import { z } from 'zod'

const SessionsApi = contract('sessions', {
  methods: {
    open: method([z.string()]),
    count: method([], z.int()),
    stall: method(),
  },
})

const SESSION_MS = 30 * 60_000

const SessionsService = service(import.meta, SessionsApi, (self) => {
  const open = new Set<string>()
  return {
    open(user) {
      open.add(user)
      self.after(SESSION_MS, () => open.delete(user), `expiry of ${user}`) // a timer of the same key is replaced
    },
    count: () => open.size,
    stall: () => new Promise(() => {}),
  }
})

await using t = await createTestSystem({ seed: 7 })
const sessions = await t.spawn(SessionsService)

await sessions.open('ann')
await t.clock.advance(SESSION_MS / 2)
await sessions.open('bob')
await sessions.open('ann')
assert.equal(await sessions.count(), 2)
console.log('two sessions are open')

await t.clock.advance(SESSION_MS - 1)
assert.equal(await sessions.count(), 2)
await t.clock.advance(1)
assert.equal(await sessions.count(), 0)
console.log(`both have expired after ${t.clock.now() / 60_000} virtual minutes`)

// Deadlines follow the virtual clock too.
const stalled = assert.rejects(sessions.stall(), RequestTimeout)
await t.clock.advance(5000)
await stalled
console.log('a call that is never answered times out')
