/** What is said of a thread that is held. */

import type { LogFields } from '../../base/world.js'

/** Somebody's turn, by name. */
export interface Named {
  readonly actor: string
  readonly id: string
  /** `multiply()`, `a timer`; empty when that is not known. */
  readonly method: string
}

/** A hold as it is to be told. */
export interface HoldReport {
  readonly slot: number
  readonly heldMs: number
  /** Whose turn holds the thread, if it is one. */
  readonly turn: Named | null
  /** Turns there that await something: what follows their `await` may be it. */
  readonly open: readonly Named[]
}

const MAX_NAMES = 5

/** It goes on. */
export function holdText({ slot, heldMs, turn, open }: HoldReport): string {
  if (turn !== null) return `${printTurn(turn)} has held thread ${slot} for ${printTime(heldMs)}; nothing else runs there meanwhile`
  return `thread ${slot} has been held for ${printTime(heldMs)}, not by the beginning of a turn: ${suspects(open)}`
}

/** It is over. */
export function releaseText({ slot, heldMs, turn }: HoldReport): string {
  if (turn === null) return `thread ${slot} runs again after ${printTime(heldMs)}`
  return `${printTurn(turn)} has let go of thread ${slot} after ${printTime(heldMs)}`
}

/** The thread is ended for it. */
export function endText(report: HoldReport): string {
  const { turn, heldMs, open } = report
  if (turn !== null) return `${printTurn(turn)} has held it for ${printTime(heldMs)} (blockedEndMs)`
  return `it has been held for ${printTime(heldMs)} (blockedEndMs), not by the beginning of a turn: ${suspects(open)}`
}

/** It is over, and nobody saw it but the thread itself; `turns` began in that time, `report.turn` was the last of them. */
export function pastHoldText({ slot, heldMs, turn, open }: HoldReport, turns: number): string {
  const time = printTime(heldMs)
  if (turn === null) return `thread ${slot} was held for ${time}, not by the beginning of a turn: ${suspects(open)}`
  const others = open.filter(({ id }) => id !== turn.id)
  if (turns === 1 && others.length === 0) return `${printTurn(turn)} held thread ${slot} for ${time}; nothing else ran there meanwhile`
  const also = others.length === 0 ? '' : `, or ${suspects(others)}`
  const last = turns === 1 ? printTurn(turn) : `one of ${turns} turns, the last of which was ${printTurn(turn)}`
  return `thread ${slot} was held for ${time} by ${last}${also}`
}

export function holdFields({ slot, heldMs, turn }: HoldReport): LogFields {
  const fields = { thread: slot, heldMs: Math.round(heldMs) }
  return turn === null ? fields : { ...fields, actor: turn.id, method: turn.method }
}

export function printTurn({ actor, method }: Named): string {
  return method === '' ? actor : `${actor}: ${method}`
}

function printTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function suspects(open: readonly Named[]): string {
  if (open.length === 0) return 'by a callback of the program, or by what follows an await'
  const names = open.slice(0, MAX_NAMES).map(printTurn).join(', ')
  const more = open.length > MAX_NAMES ? ' and others' : ''
  return `by what follows an await, or by a callback of the program. What awaits something there, or has: ${names}${more}`
}
