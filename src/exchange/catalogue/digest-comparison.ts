import { compareHashes, type LogDigest } from './logs/digest.js'
import type { LogName } from './logs/log-event.js'

/** A log of which the other side has to be told everything after a number; after 0, all of it. */
export interface Missing extends LogName {
  readonly from: number
}

/** Who compares: the ids of this process and of the one at the other end. */
export interface Parties {
  readonly self: string
  readonly peer: string
}

/** Which of the logs known here the other side lacks, or is behind in. */
export function compareDigests(mine: Iterable<LogDigest>, theirs: readonly LogDigest[], parties: Parties): readonly Missing[] {
  const known = new Map(theirs.map((digest) => [keyOf(digest), digest]))
  const missing: Missing[] = []
  for (const digest of mine) {
    const from = missingFrom(digest, known.get(keyOf(digest)), parties)
    if (from !== undefined) missing.push({ origin: digest.origin, audience: digest.audience, from })
  }
  return missing
}

function keyOf({ origin, audience }: LogDigest): string {
  return `${origin.id} ${audience}`
}

function missingFrom(mine: LogDigest, theirs: LogDigest | undefined, parties: Parties): number | undefined {
  if (mine.number === 0) return undefined
  if (theirs === undefined || theirs.origin.incarnation < mine.origin.incarnation) return 0
  if (theirs.origin.incarnation > mine.origin.incarnation || theirs.number > mine.number) return undefined
  if (theirs.number < mine.number) return theirs.number
  return settles(mine, theirs, parties) ? 0 : undefined
}

/** Of two logs that differ under one number, which no writer lets happen: the writer's own counts, else the higher hash. */
function settles(mine: LogDigest, theirs: LogDigest, { self, peer }: Parties): boolean {
  const order = compareHashes(mine.hash, theirs.hash)
  if (order === 0 || mine.origin.id === peer) return false
  return mine.origin.id === self || order > 0
}
