import type { FeedOverflow } from '../kernel/feed-port.js'

/** What becomes of an item that arrives. */
export type FeedAdmission = 'accept' | 'accept-and-drop-oldest' | 'replace' | 'drop' | 'close'

/**
 * Decides what becomes of an item. `isKnown`: one with the same key waits already.
 *
 *   |             | one with its key waits | full                    | else   |
 *   | drop-oldest | –                      | drop the oldest, accept | accept |
 *   | drop-newest | –                      | drop                    | accept |
 *   | latest      | take its place         | drop the oldest, accept | accept |
 *   | close       | –                      | close                   | accept |
 */
export function decideFeed(overflow: FeedOverflow, isKnown: boolean, size: number, capacity: number): FeedAdmission {
  if (overflow === 'latest' && isKnown) return 'replace'
  if (size < capacity) return 'accept'
  switch (overflow) {
    case 'drop-oldest':
    case 'latest':
      return 'accept-and-drop-oldest'
    case 'drop-newest':
      return 'drop'
    case 'close':
      return 'close'
  }
}
