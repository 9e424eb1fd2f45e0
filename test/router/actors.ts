/** Actors that do with names, groups and reports what a test tells them, and how a test writes down what it hears. */

import { service } from '../../src/actors/define.js'
import type { AnyActor } from '../../src/actors/remote-type.js'
import type { Announcement } from '../../src/actors/report-type.js'
import type { SelfOf } from '../../src/actors/self-type.js'
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../src/testing/index.js'
import { recordingLog } from '../actors/evidence.js'

type Reports = Record<string, unknown>

/** A system whose log is kept out of the output of the tests. */
export function startSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  return createTestSystem({ seed: 1, log: recordingLog(), ...options })
}

/** Makes an actor fail where nothing catches it, and lets its supervision deal with that. */
export async function crash(t: TestSystem, actor: { crash(): Promise<void> }): Promise<void> {
  await actor.crash()
  await t.clock.advance(1)
}

/** Fails where nothing catches it. */
export function fail(self: Pick<SelfOf<object>, 'after'>): void {
  self.after(0, () => {
    throw new Error('as it was told')
  })
}

/** Is there, joins and leaves. */
export const Member = service(import.meta, 'member', (self) => ({
  id: () => self.id,
  groups: () => self.groups,
  join: (group: string) => self.joinGroup(group),
  leave: (group: string) => self.leaveGroup(group),
  announce: () => self.announce(),
  /** What its own lookups show right after it has joined. */
  joinAndLook: async (group: string) => {
    await self.joinGroup(group)
    return self.lookupAll({ group }).map(({ id }) => id)
  },
  crash: () => fail(self),
  stop: () => self.stop(),
}))

/** As {@link Member}, not seen until it says so. */
export const Hidden = service(import.meta, 'hidden', { visibility: 'hidden' }, (self) => ({
  join: (group: string) => self.joinGroup(group),
  announce: () => self.announce(),
  publish: (subject: string, value: unknown) => self.publish(subject, value),
}))

/** Publishes what it is told to. */
export const Press = service(import.meta, 'press', { groups: ['presses'] }, (self: SelfOf<object, Reports>) => {
  const changes: string[] = []
  self.onSubscription(({ status, pattern, subscriber }) => void changes.push(`${status} ${pattern} ${subscriber.name}`))
  return {
    id: () => self.id,
    publish: (subject: string, value: unknown, lifetimeMs?: number) =>
      self.publish(subject, value, lifetimeMs === undefined ? undefined : { lifetimeMs }),
    publishAll: (subject: string, count: number) => {
      for (let i = 0; i < count; i++) self.publish(subject, i)
    },
    send: (to: AnyActor, subject: string, value: unknown) => self.sendReport(to, subject, value),
    expire: (pattern: string, ageMs?: number) => self.expireReports(pattern, ageMs),
    /** Who has subscribed and ended it, since the last time it was asked. */
    changes: () => changes.splice(0),
    leave: (group: string) => self.leaveGroup(group),
    join: (group: string) => self.joinGroup(group),
    crash: () => fail(self),
  }
})

/** Subscribes where it is told to and tells what it has heard. */
export const Ear = service(import.meta, 'ear', (self) => {
  const heard: string[] = []
  const subscriptions: { close(): void }[] = []
  return {
    listen: (target: object | string, pattern: string) => {
      subscriptions.push(self.subscribe(target as string, pattern, (report) => void heard.push(`${report.subject} ${report.content}`)))
    },
    close: () => {
      for (const subscription of subscriptions.splice(0)) subscription.close()
    },
    heard: () => heard.splice(0),
    crash: () => fail(self),
  }
})

/** An announcement as text: `group available member g`. */
export function lineOf(announcement: Announcement): string {
  const { kind, status, binding, reason } = announcement
  const group = announcement.kind === 'group' ? [announcement.group] : []
  return [kind, status, binding.name, ...group, ...(reason === undefined ? [] : [reason])].join(' ')
}
