import { type Cell, childrenOf } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import { nameOf } from '../actors/turns/failing.js'

/** Names that are told at most; the others are counted. */
export const MAX_NAMES = 10
const MAX_METHODS = 3

/** Actors that have not stopped. */
export interface Unstopped {
  /** Some of them, with what they are about: `service "math" (multiply())`. */
  readonly names: readonly string[]
  readonly count: number
}

/** Those of a thread that hold up its stop; not those that only wait for their children. */
export function unstoppedIn(core: Core): Unstopped {
  const names: string[] = []
  let count = 0
  const left: Cell[] = [...childrenOf(core.root)]
  for (let cell = left.pop(); cell !== undefined; cell = left.pop()) {
    const children = childrenOf(cell)
    left.push(...children)
    if (cell.state === 'stopped' || (cell.state === 'stopping' && (children.length > 0 || (cell.farChildren?.size ?? 0) > 0))) continue
    count++
    if (names.length < MAX_NAMES) names.push(`${nameOf(cell)} (${doingOf(cell)})`)
  }
  return { names, count }
}

function doingOf(cell: Cell): string {
  const turns = [...(cell.current === null ? [] : [cell.current]), ...(cell.turns ?? [])]
  const methods = [...new Set(turns.map(({ own, method }) => (own === null || own.where === 'method' ? `${method}()` : `a ${own.where}`)))]
  if (methods.length > 0) return methods.slice(0, MAX_METHODS).join(', ') + (methods.length > MAX_METHODS ? ' and others' : '')
  if (cell.queued > 0) return `${cell.queued} messages wait`
  return cell.state === 'stopping' ? 'an onStop function' : cell.state
}

/** What several threads have told, on one line. */
export function printUnstopped(told: readonly Unstopped[]): string {
  const names = told.flatMap((one) => one.names).slice(0, MAX_NAMES)
  const more = told.reduce((sum, { count }) => sum + count, 0) - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
