import { expect, it } from 'vitest'
import { type ExchangeEvent, printEvent, printEventAsJson, printRecordAsJson } from '../../src/cli/event-lines.js'

const TIME = '2030-01-02T03:04:05.678Z'
const LISTENING: ExchangeEvent = { event: 'listening', address: 'tcp://127.0.0.1:11111', port: 11_111, group: '' }
const ACTIVE = {
  event: 'connection',
  state: 'active',
  group: 'web',
  process: 'abc',
  remoteAddress: 'tcp://10.0.0.1:50000',
  localAddress: 'tcp://10.0.0.2:11111',
} as const
const REFUSED: ExchangeEvent = { ...ACTIVE, state: 'refused', reason: 'secret' }
const FAILED: ExchangeEvent = { ...ACTIVE, state: 'failed', process: '', group: '', error: new Error('connect\n  ECONNREFUSED') }

it('printEvent() says where it listens, and what became of a connection, in one line', () => {
  expect([LISTENING, { ...LISTENING, address: 'unix:/x', port: 0 }, ACTIVE, REFUSED, FAILED].map(printEvent)).toEqual([
    'listening: tcp://127.0.0.1:11111, port 11111, default group',
    'listening: unix:/x, default group',
    'active: tcp://10.0.0.1:50000, process abc, group "web"',
    'refused: tcp://10.0.0.1:50000, process abc, group "web", secret (the two do not know the same secret)',
    'failed: tcp://10.0.0.1:50000, default group, connect ECONNREFUSED',
  ])
})

it('printEventAsJson() tells the same to programs, with the time', () => {
  expect(JSON.parse(printEventAsJson(LISTENING, TIME))).toEqual({ time: TIME, ...LISTENING })
  expect(JSON.parse(printEventAsJson(REFUSED, TIME))).toEqual({ time: TIME, ...REFUSED })
  expect(JSON.parse(printEventAsJson(FAILED, TIME))).toEqual({ time: TIME, ...FAILED, error: 'connect\n  ECONNREFUSED' })
  expect(printEventAsJson(FAILED, TIME)).not.toContain('\n')
})

it('printRecordAsJson() makes a line of a record of the log', () => {
  const record = { level: 'warn', message: 'late', fields: { error: new TypeError('no'), count: 3 } }
  expect(JSON.parse(printRecordAsJson(record, TIME))).toEqual({
    time: TIME,
    event: 'log',
    level: 'warn',
    message: 'late',
    count: 3,
    error: 'TypeError: no',
  })
})
