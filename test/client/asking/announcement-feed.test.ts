import { expect, it } from 'vitest'
import type { Announcement } from '../../../src/actors/report-type.js'
import { AnnouncementFeed } from '../../../src/client/asking/announcement-feed.js'
import type { LastingParts } from '../../../src/client/asking/lasting-request.js'
import { failureOf } from '../../actors/evidence.js'

const ONE = { kind: 'service', status: 'available', binding: {} } as Announcement

/** A feed that nobody takes anything from, with one announcement more than may wait. */
function overfull(listener?: () => unknown) {
  const reported: unknown[] = []
  let isObserved = true
  const parts = { lasting: new Set(), platform: { report: (error: unknown) => reported.push(error) } } as unknown as LastingParts
  const feed = new AnnouncementFeed(parts, listener)
  feed.begin((notify) => {
    for (let i = 0; i <= 100_000; i++) notify(ONE)
    return () => {
      isObserved = false
    }
  })
  return { feed, reported, parts, isObserved: () => isObserved }
}

it('announcements() that nobody takes end with a failure when too many wait', async () => {
  const { feed, reported, parts, isObserved } = overfull()
  expect([isObserved(), parts.lasting.size, reported]).toEqual([false, 0, []])
  const items = feed[Symbol.asyncIterator]()
  for (let i = 0; i < 100_000; i++) await items.next()
  expect(await failureOf(items.next())).toMatchObject({ code: 'ERR_MAILBOX_FULL' })
  expect(await items.next()).toEqual({ done: true, value: undefined })
})

it('announcements() with a listener that takes none report that failure', () => {
  const { reported, isObserved } = overfull(() => new Promise(() => undefined))
  expect(reported).toMatchObject([{ code: 'ERR_MAILBOX_FULL' }])
  expect(isObserved()).toBe(false)
})
