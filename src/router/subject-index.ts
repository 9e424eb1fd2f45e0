import { Doorkeeper } from './doorkeeper.js'
import { type Matched, PatternGroup } from './pattern-group.js'
import { RecentMap } from './recent-map.js'
import { isPattern, matchSubject } from './subject.js'
import { WildPatterns } from './wild-patterns.js'

/** Subjects whose matches are kept. */
const MOST_SUBJECTS = 4096
/** Of a subject with more matches than this less is kept: not the matches, and not even the patterns when they are so many. */
const MOST_KEPT = 256
/** New wildcard patterns that are remembered, to bring kept matches up to date. */
const MOST_NEW = 64
/** So long ago that not even the first of what came since is remembered. */
const LONG_AGO = -1 - MOST_NEW
/** So many matches are sorted by hand. */
const FEW = 16
const NONE: readonly never[] = []

/** What is known of one subject. */
interface MatchSet<T extends object> {
  groups: readonly PatternGroup<T>[]
  /** What the groups hold, in order; `undefined` when that is too much to keep. */
  entries: readonly Matched<T>[] | undefined
  /** The change, and the number of wildcard patterns ever, up to which this is right. */
  change: number
  wildcards: number
}

/**
 * Entries under subjects and patterns, found by subject. Pure state; patterns are checked before (`checkPattern`).
 *
 * - **Ordering**: matches come in the order in which they were added, whatever their patterns.
 * - **Ownership**: an array of matches does not change any more; who adds or removes while going through one changes later ones.
 * - **Cost**: a search costs about as much as the subject has characters (see `WildPatterns`); its result is kept when it is asked for
 *   again soon. Kept results are not thrown away at a change: each is brought up to date when it is asked for.
 */
export class SubjectIndex<T extends object> {
  readonly #groups = new Map<string, PatternGroup<T>>()
  readonly #wild = new WildPatterns<T>()
  readonly #sets = new RecentMap<MatchSet<T>>(MOST_SUBJECTS)
  readonly #doorkeeper = new Doorkeeper(MOST_SUBJECTS)
  /** The last new wildcard patterns, each at its number modulo the length. */
  readonly #newest: PatternGroup<T>[] = []
  #wildcards = 0
  #change = 0

  /** Whether there is nothing in it, and nothing left of what was. */
  get isEmpty(): boolean {
    return this.#groups.size === 0 && this.#wild.isEmpty
  }

  /** False when the entry is under this pattern already. */
  add(pattern: string, entry: T): boolean {
    const group = this.#groups.get(pattern) ?? this.#create(pattern)
    if (!group.add(entry, this.#change + 1)) return false
    this.#change++
    return true
  }

  /** False when the entry was not under this pattern. */
  remove(pattern: string, entry: T): boolean {
    const group = this.#groups.get(pattern)
    if (!group?.remove(entry, this.#change + 1)) return false
    this.#change++
    if (group.size > 0) return true
    this.#groups.delete(pattern)
    if (isPattern(pattern)) this.#wild.remove(group)
    return true
  }

  /** Every entry under every pattern that selects the subject. */
  matches(subject: string): readonly Matched<T>[] {
    if (this.#wild.isEmpty) return this.#groups.get(subject)?.entries ?? NONE
    const set = this.#sets.get(subject) ?? (this.#doorkeeper.knows(subject) ? this.#keep(subject) : undefined)
    if (set === undefined) return entriesOf(this.#search(subject))
    if (set.change !== this.#change) return this.#bringUp(set, subject)
    return set.entries ?? entriesOf(set.groups)
  }

  #create(pattern: string): PatternGroup<T> {
    const group = new PatternGroup<T>(pattern)
    this.#groups.set(pattern, group)
    if (isPattern(pattern)) {
      this.#wild.add(group)
      this.#newest[this.#wildcards++ % MOST_NEW] = group
      return group
    }
    const set = this.#sets.get(pattern)
    if (set !== undefined) set.groups = [...set.groups.filter(isAlive), group]
    return group
  }

  #keep(subject: string): MatchSet<T> {
    const set = nothingKnown<T>()
    this.#sets.set(subject, set)
    return set
  }

  #bringUp(set: MatchSet<T>, subject: string): readonly Matched<T>[] {
    const groups = this.#groupsFor(set, subject)
    if (groups.length > MOST_KEPT) {
      Object.assign(set, nothingKnown<T>())
      return entriesOf(groups)
    }
    const changed = groups !== set.groups || groups.some((group) => group.changedAt > set.change)
    const entries = !changed && set.entries !== undefined ? set.entries : entriesOf(groups)
    set.groups = groups
    set.entries = entries.length <= MOST_KEPT ? entries : undefined
    set.change = this.#change
    set.wildcards = this.#wildcards
    return entries
  }

  /** The groups of a subject, of which some may have become empty; the same array when there is no other. */
  #groupsFor(set: MatchSet<T>, subject: string): readonly PatternGroup<T>[] {
    if (this.#wildcards - set.wildcards > MOST_NEW) return this.#search(subject)
    let groups = set.groups
    for (let number = set.wildcards; number < this.#wildcards; number++) {
      const group = this.#newest[number % MOST_NEW] as PatternGroup<T>
      if (matchSubject(group.pattern, subject)) groups = [...groups, group]
    }
    return groups.every(isAlive) ? groups : groups.filter(isAlive)
  }

  #search(subject: string): readonly PatternGroup<T>[] {
    const found = this.#wild.find(subject)
    const exact = this.#groups.get(subject)
    // A text with a wildcard selects itself, and is then among those found already.
    if (exact !== undefined && !found.includes(exact)) found.push(exact)
    return found
  }
}

function nothingKnown<T extends object>(): MatchSet<T> {
  return { groups: NONE, entries: undefined, change: LONG_AGO, wildcards: LONG_AGO }
}

function entriesOf<T extends object>(groups: readonly PatternGroup<T>[]): readonly Matched<T>[] {
  const first = groups[0]
  if (first === undefined) return NONE
  if (groups.length === 1) return first.entries
  const entries: Matched<T>[] = []
  for (const group of groups) group.collect(entries)
  return entries.length <= FEW ? sortFew(entries) : entries.sort((one, other) => one.order - other.order)
}

/** Insertion sort, which is the faster one for what most subjects find. */
function sortFew<T extends object>(entries: Matched<T>[]): Matched<T>[] {
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i] as Matched<T>
    let at = i
    for (; at > 0 && (entries[at - 1] as Matched<T>).order > entry.order; at--) entries[at] = entries[at - 1] as Matched<T>
    entries[at] = entry
  }
  return entries
}

function isAlive<T extends object>(group: PatternGroup<T>): boolean {
  return group.size > 0
}
