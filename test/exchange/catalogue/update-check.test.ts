import { describe, expect, it } from 'vitest'
import type { LogUpdate } from '../../../src/exchange/catalogue/logs/log-update.js'
import type { ServiceRecord } from '../../../src/exchange/catalogue/logs/service-record.js'
import { updateFault } from '../../../src/exchange/catalogue/update-check.js'

const limits = { nameBytes: 6, groupsPerRecord: 2, streamsPerRecord: 1 }
const record: ServiceRecord = { created: 4, changed: 5, agent: '0.1', name: 'name', groups: ['g'], streams: ['s'] }
const delta = { kind: 'delta', from: 3, to: 6, removed: [], records: [], regrouped: [] } as const
const state = { kind: 'state', number: 6, records: [record] } as const
const available = (change: Partial<ServiceRecord>): LogUpdate => ({ kind: 'available', number: 1, service: { ...record, ...change } })

describe('updateFault()', () => {
  it.each<[string, LogUpdate]>([
    ['a change', available({})],
    ['a service without a name', available({ name: '' })],
    ['six bytes', available({ name: 'üäö' })],
    ['a whole state', state],
    ['an empty delta', delta],
    ['a delta', { ...delta, removed: [{ number: 6, created: 2, reason: 'stopped' }], records: [record] }],
    ['a delta of groups', { ...delta, regrouped: [{ created: 3, changed: 4, groups: ['g', 'h'] }] }],
  ])('finds nothing in %s', (_, update) => expect(updateFault(update, limits)).toBeUndefined())

  it.each<[string, RegExp, LogUpdate]>([
    ['a name that is too long', /name .* more than 6 bytes/, available({ name: '1234567' })],
    ['a name of too many bytes', /more than 6 bytes/, available({ name: 'üäöo' })],
    ['a name with an emoji of four bytes', /more than 6 bytes/, available({ name: '\u{1f600}123' })],
    ['an agent that is too long', /agent .* more than 6 bytes/, available({ agent: '1234567' })],
    ['a control character', /without control characters/, available({ name: 'a\nb' })],
    ['too many groups', /3 groups, at most 2/, available({ groups: ['g', 'h', 'i'] })],
    ['too many streams', /2 streams, at most 1/, available({ streams: ['s', 't'] })],
    ['a group twice', /group twice/, available({ groups: ['g', 'g'] })],
    ['the long name of a group', /group .* more than 6 bytes/, { kind: 'joined', number: 2, created: 1, group: '1234567' }],
    ['number 0', /no number from 1/, { kind: 'withdrawn', number: 0, created: 1, reason: 'stopped' }],
    ['a number that is none', /no number from 1/, { ...state, number: Number.NaN }],
    ['a change of a later service', /is of service 2/, { kind: 'left', number: 2, created: 2, group: 'g' }],
    ['a delta that goes back', /from 6 to 6/, { ...delta, from: 6 }],
    ['a record after the state', /not in order/, { ...state, number: 3 }],
    ['a record that changed after the state', /before or after its time/, { ...state, number: 4 }],
    ['records that are not in order', /not in order/, { ...state, records: [record, record] }],
    ['a record from before the delta', /not in order/, { ...delta, from: 4, records: [record] }],
    ['groups of a record that is new', /not in order/, { ...delta, regrouped: [{ created: 4, changed: 5, groups: [] }] }],
    ['groups from before the delta', /not in order/, { ...delta, regrouped: [{ created: 1, changed: 3, groups: [] }] }],
    ['a removal from before the delta', /removals .* not in order/, { ...delta, removed: [{ number: 3, created: 1, reason: 'stopped' }] }],
    ['a removal before its record', /older/, { ...delta, removed: [{ number: 5, created: 5, reason: 'stopped' }] }],
    ['a record that is removed', /twice/, { ...delta, removed: [{ number: 6, created: 4, reason: 'stopped' }], records: [record] }],
  ])('finds %s', (_, fault, update) => expect(updateFault(update, limits)).toMatch(fault))
})
