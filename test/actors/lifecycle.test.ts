import { describe, expect, it } from 'vitest'
import { type LifeEvent, type LifeState, nextLifeState, runsMessages, takesMessages } from '../../src/actors/kernel/lifecycle.js'

const EVENTS: readonly LifeEvent[] = ['started', 'failed', 'drain', 'stop', 'ended']

/** state: where each event of `EVENTS` leads; takes messages; runs messages */
const TABLE: Readonly<Record<LifeState, readonly [to: readonly LifeState[], takes: boolean, runs: boolean]>> = {
  starting: [['running', 'restarting', 'stopping', 'stopping', 'starting'], true, false],
  running: [['running', 'restarting', 'draining', 'stopping', 'running'], true, true],
  restarting: [['running', 'restarting', 'stopping', 'stopping', 'restarting'], true, false],
  draining: [['draining', 'stopping', 'draining', 'stopping', 'draining'], false, true],
  stopping: [['stopping', 'stopping', 'stopping', 'stopping', 'stopped'], false, false],
  stopped: [['stopped', 'stopped', 'stopped', 'stopped', 'stopped'], false, false],
}

describe('lifecycle', () => {
  const rows = Object.entries(TABLE) as [LifeState, (typeof TABLE)[LifeState]][]

  it.each(rows)('nextLifeState() of %s follows the table', (state, [to, takes, runs]) => {
    expect(EVENTS.map((event) => nextLifeState(state, event))).toEqual(to)
    expect([takesMessages(state), runsMessages(state)]).toEqual([takes, runs])
  })
})
