import { hashText } from '../../base/hash.js'
import { randomIndex } from '../../base/random.js'
import type { Random } from '../../base/world.js'
import type { Route } from '../actor-options.js'
import { quote } from '../quote.js'

/** What routing sees of a worker. */
export interface Seat {
  readonly busy: number
}

/**
 * The worker for a message, as an index; -1 when it must wait for one. `turn` counts the messages routed before.
 *
 * - `'idle'` takes a worker without work, `'hash'` the worker whose number the key falls on.
 */
export function decideRoute(
  route: Route,
  seats: readonly Seat[],
  turn: number,
  message: { readonly method: string; readonly args: readonly unknown[] },
  random: Random,
): number {
  if (seats.length === 0) return -1
  if (typeof route === 'object') return hashText(checkKey(route.hash(...([message.method, message.args] as never)))) % seats.length
  switch (route) {
    case 'idle':
      return seats.findIndex((seat) => seat.busy === 0)
    case 'round-robin':
      return turn % seats.length
    case 'random':
      return randomIndex(random, seats.length)
    case 'least-busy':
      return leastBusy(seats)
  }
}

function checkKey(key: unknown): string {
  if (typeof key === 'string') return key
  throw new TypeError(`pool: hash returned ${quote(key)}; return a string`)
}

function leastBusy(seats: readonly Seat[]): number {
  let best = 0
  for (let i = 1; i < seats.length; i++) if ((seats[i] as Seat).busy < (seats[best] as Seat).busy) best = i
  return best
}
