import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Catalogue, type Learned } from '../../../src/exchange/catalogue/catalogue.js'
import type { LogName } from '../../../src/exchange/catalogue/logs/log-event.js'
import type { LogUpdate } from '../../../src/exchange/catalogue/logs/log-update.js'
import type { ServiceRecord } from '../../../src/exchange/catalogue/logs/service-record.js'
import { departuresOf } from '../../../src/exchange/catalogue/origin.js'
import { mayCross } from '../../../src/router/audience.js'
import { entry, Observer, processName, seenOf } from './entries.js'

/** A ring of processes and groups: 1 and 3 are bridges. */
const LINKS = [
  { group: '', ends: [0, 1] },
  { group: 'g', ends: [1, 2] },
  { group: 'g', ends: [2, 3] },
  { group: '', ends: [3, 0] },
] as const
const LIMITS = { origins: 8, aside: 8, removals: 4, recordsPerOrigin: 100, groupsPerRecord: 8, streamsPerRecord: 8, nameBytes: 255 }
/** Of each process. */
const GROUPS = [[''], ['', 'g'], ['g'], ['', 'g']]
const AUDIENCES = ['*', '*', '', 'g'] as const

type Link = (typeof LINKS)[number]

class Process {
  readonly digit: number
  readonly catalogue: Catalogue
  readonly observer = new Observer()

  constructor(digit: number, incarnation = 1) {
    this.digit = digit
    this.catalogue = new Catalogue(processName(digit, incarnation), LIMITS)
  }

  learn(name: LogName, update: LogUpdate, group: string): Learned {
    const learned = this.catalogue.learn(name, structuredClone(update), group)
    expect(learned.kind).not.toBe('refused')
    if ('events' in learned) for (const event of learned.events) this.observer.hear(event.kind === 'lost' ? departuresOf(event) : [event])
    if (learned.kind === 'own') this.catalogue.renew(learned.incarnation + 1)
    return learned
  }

  setReach(digit: number, canReach: boolean): void {
    const { id } = processName(digit)
    if (canReach) return this.observer.hear(this.catalogue.reach(id))
    const loss = this.catalogue.lose(id)
    if (loss !== undefined) this.observer.hear(departuresOf(loss))
  }
}

/** One side hears the digests of the other and tells what it lacks. */
function tell(from: Process, to: Process, group: string): void {
  const link = { group, role: 'server', peer: to.catalogue.self.id } as const
  for (const name of from.catalogue.missing(to.catalogue.digests(group), link)) {
    const update = from.catalogue.since(name, name.from)
    if (update === undefined) continue
    const learned = to.learn(name, update, group)
    if (learned.kind === 'stale')
      for (const loss of from.catalogue.meet({ id: name.origin.id, incarnation: learned.incarnation }))
        from.observer.hear(departuresOf(loss))
  }
}

const same = (processes: readonly Process[], { group, ends: [one, other] }: Link): boolean => {
  const hashes = [one, other].map((index) => (processes[index] as Process).catalogue.hash(group))
  return hashes[0]?.high === hashes[1]?.high && hashes[0]?.low === hashes[1]?.low
}

/** Rounds of comparing until nothing is missing anywhere; fails when that takes more than it may. */
function settle(processes: readonly Process[]): void {
  for (const process of processes) for (const { digit } of processes) if (digit !== process.digit) process.setReach(digit, true)
  for (let round = 0; round < 6; round++) {
    for (const { group, ends } of LINKS) {
      const [one, other] = ends.map((index) => processes[index] as Process) as [Process, Process]
      tell(one, other, group)
      tell(other, one, group)
    }
  }
  for (const link of LINKS) expect(same(processes, link)).toBe(true)
}

const step = fc.record({
  kind: fc.constantFrom('write', 'write', 'write', 'tell', 'tell', 'reach', 'lose', 'restart', 'renew', 'forget'),
  at: fc.nat(3),
  other: fc.nat(3),
  link: fc.nat(3),
  audience: fc.constantFrom(...AUDIENCES),
  entry,
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Writes, and tells one neighbor at once, so that others learn of it from there. */
function write(processes: readonly Process[], { at, link, audience, entry: given }: Step): void {
  const { self } = (processes[at] as Process).catalogue
  const change = (processes[at] as Process).catalogue.write(audience, given)
  const { group, ends } = LINKS[link] as Link
  if (change === undefined || !mayCross(audience, group)) return
  if (at === ends[0] || at === ends[1])
    (processes[at === ends[0] ? ends[1] : ends[0]] as Process).learn({ origin: self, audience }, change, group)
}

function take(processes: Process[], step: Step): void {
  const { kind, at, other, link } = step
  const process = processes[at] as Process
  const { group, ends } = LINKS[link] as Link
  if (kind === 'write') write(processes, step)
  if (kind === 'tell') tell(processes[ends[0]] as Process, processes[ends[1]] as Process, group)
  if (kind === 'forget') process.catalogue.forget(processName(other).id)
  if (kind === 'renew') process.catalogue.renew(process.catalogue.self.incarnation + 1)
  // By a clock that may be older, but is never the very same.
  if (kind === 'restart') processes[at] = new Process(at, other + (other === process.catalogue.self.incarnation ? 4 : 0))
  if ((kind === 'reach' || kind === 'lose') && at !== other) process.setReach(other, kind === 'reach')
}

/** What an observer in one process has to have seen in the end. */
function expected(processes: readonly Process[], one: Process): [string, unknown][] {
  return processes
    .filter((other) => other !== one)
    .flatMap((other) => {
      const shared = GROUPS[other.digit]?.includes('g') && GROUPS[one.digit]?.includes('g') ? ['*', 'g'] : ['*']
      return shared.flatMap((audience) => seenOf(recordsOf(other.catalogue, audience), other.catalogue.self, audience))
    })
}

function recordsOf(catalogue: Catalogue, audience: string): readonly ServiceRecord[] {
  const state = catalogue.since({ origin: catalogue.self, audience }, 0)
  return state?.kind === 'state' ? state.records : []
}

describe('Catalogue', () => {
  it('comparing and telling makes all equal, however it began, and keeps audiences', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const processes = [0, 1, 2, 3].map((digit) => new Process(digit))
        for (const one of steps) take(processes, one)
        settle(processes)
        for (const one of processes) expect([...one.observer.seen].sort()).toEqual(expected(processes, one).sort())
      }),
      { numRuns: 300 },
    )
  })
})
