/**
 * The life of an actor.
 *
 *   starting ──started──► running ──failed──► restarting ──started──► running
 *      │                    │                     │
 *      │                    ├──drain──► draining ─┤
 *      └──────stop──────────┴──────────stop───────┴──► stopping ──ended──► stopped
 *
 * A failure while draining stops; nothing leaves `stopped`.
 */

export type LifeState = 'starting' | 'running' | 'restarting' | 'draining' | 'stopping' | 'stopped'
export type LifeEvent = 'started' | 'failed' | 'drain' | 'stop' | 'ended'

const TABLE: Readonly<Record<LifeState, Partial<Record<LifeEvent, LifeState>>>> = {
  starting: { started: 'running', failed: 'restarting', drain: 'stopping', stop: 'stopping' },
  running: { failed: 'restarting', drain: 'draining', stop: 'stopping' },
  restarting: { started: 'running', failed: 'restarting', drain: 'stopping', stop: 'stopping' },
  draining: { failed: 'stopping', stop: 'stopping' },
  stopping: { ended: 'stopped' },
  stopped: {},
}

/** The state after an event; the same state when the event means nothing in it. */
export function nextLifeState(state: LifeState, event: LifeEvent): LifeState {
  return TABLE[state][event] ?? state
}

/** New messages are taken in. */
export function takesMessages(state: LifeState): boolean {
  return state === 'running' || state === 'starting' || state === 'restarting'
}

/** Messages that wait are run. */
export function runsMessages(state: LifeState): boolean {
  return state === 'running' || state === 'draining'
}
