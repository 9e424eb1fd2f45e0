import { describe, expect, it } from 'vitest'
import type { Abroad, ActorId, ThreadKey } from '../../../src/base/ids.js'
import type { ReportNote } from '../../../src/router/reports/notes.js'
import { checkHead, checkNote } from '../../../src/runtime/abroad/claims.js'
import type { RequestHead } from '../../../src/runtime/links/frames.js'

const PROCESS = 'a'.repeat(32)
const OTHER = 'b'.repeat(32)
const peer: Abroad = { thread: '0' as ThreadKey, process: PROCESS, group: 'g' }

const head = (more: Partial<RequestHead>): RequestHead => ({
  kind: 'call',
  untrusted: false,
  conversation: 1,
  cell: 1,
  remainingMs: 5000,
  wantsTurnEnd: false,
  senderThread: undefined,
  senderCell: 3,
  senderId: undefined,
  senderName: 'sender',
  senderAudience: '*',
  method: 'say',
  credit: 0,
  lane: 1,
  properties: null,
  chain: null,
  route: 0,
  ...more,
})

const texts = (count: number, text: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, text]))

const subscriber = {
  id: `0.3@${PROCESS}` as ActorId,
  name: 'hearer',
  audience: '*',
  groups: [],
  process: PROCESS,
  thread: '0' as ThreadKey,
  cell: 3,
  streams: null,
  supervisor: null,
}
const subscribe = (more: object): ReportNote =>
  ({ kind: 'subscribe', cell: 1, subscription: 1, pattern: '*', subscriber: { ...subscriber, ...more } }) as ReportNote

describe('checkHead()', () => {
  it('lets through what a process may say of itself', () => {
    const good = head({ chain: new Array(32).fill('token actor'), properties: texts(64, 'x'), remainingMs: Number.POSITIVE_INFINITY })
    expect(checkHead(good, peer)).toBe(good)
    const own = head({ senderId: `1.7@${PROCESS}` as ActorId })
    expect(checkHead(own, peer).senderId).toBe(own.senderId)
  })

  it('believes no id of another process', () => {
    expect(checkHead(head({ senderId: `1.7@${OTHER}` as ActorId }), peer).senderId).toBeUndefined()
  })

  it.each<[string, Partial<RequestHead>]>([
    ['no number of milliseconds', { remainingMs: Number.NaN }],
    ['a deadline that is over for long', { remainingMs: -1 }],
    ['a chain that is too long', { chain: new Array(33).fill('token actor') }],
    ['a link of a chain that is too long', { chain: ['x'.repeat(1025)] }],
    ['a number of its kind that is too high', { route: 4097 }],
    ['too many properties', { properties: texts(65, 'x') }],
    ['too large properties', { properties: texts(2, 'x'.repeat(9000)) }],
    ['a name that is none', { senderName: 'a\nb' }],
    ['a name that is too long', { senderName: 'x'.repeat(256) }],
    ['a method with a name that is too long', { method: 'x'.repeat(1025) }],
  ])('refuses %s', (_, more) => {
    expect(() => checkHead(head(more), peer)).toThrow('what another process sent is garbled')
  })
})

describe('checkNote()', () => {
  it('takes a subscriber for one of the process that sends', () => {
    const note = checkNote(subscribe({ process: OTHER, groups: ['g'], streams: ['x'] }), peer)
    expect(note).toMatchObject({ subscriber: { process: PROCESS, thread: `0@${PROCESS}@g`, groups: [], streams: null } })
  })

  it('takes nothing published for a pool', () => {
    expect(checkNote({ kind: 'publish', cell: 1, subject: '', value: 1, lifetimeMs: 0, missed: 0 }, peer)).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['a subscriber of another process', subscribe({ id: `0.3@${OTHER}` })],
    ['a subscriber on a thread of another process', subscribe({ thread: `0@${OTHER}@` })],
    ['a subscriber that is nobody', { kind: 'subscribe', cell: 1, subscription: 1, pattern: '*', subscriber: null }],
    ['a pattern that is none', { ...subscribe({}), pattern: 7 }],
    ['a cell that is none', { ...subscribe({}), cell: 'x' }],
    ['a subscription that is none', { kind: 'unsubscribe', cell: 1, subscription: 1.5 }],
    ['a number that is none', { kind: 'missed', subscription: 1, count: -1 }],
    ['a report of no kind', { kind: 'direct', subscription: 1, subject: 's', value: 1, as: 'other' }],
    ['no kind at all', { kind: 'other' }],
  ])('refuses %s', (_, note) => {
    expect(() => checkNote(note as ReportNote, peer)).toThrow('what another process sent is garbled')
  })
})
