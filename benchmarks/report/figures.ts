import type { SubjectResult, WorkloadResult } from '../harness/rounds.js'
import { pairRatios, type Summary, summarize } from '../harness/statistics.js'

/** What is shown of a subject. */
export type Figures =
  | { readonly kind: 'measured'; readonly name: string; readonly summary: Summary; readonly ratio: Summary | undefined }
  | { readonly kind: 'absent' | 'failed'; readonly name: string; readonly reason: string }

/** The figures of all subjects; `ratio` is ours to the rival's, from the pairs of each round. */
export function figuresOf({ subjects }: WorkloadResult): Figures[] {
  const [ours] = subjects
  return subjects.map((subject) => {
    if (subject.kind !== 'measured') return subject
    return { kind: 'measured', name: subject.name, summary: summarize(subject.samples), ratio: ratioTo(ours, subject) }
  })
}

function ratioTo(ours: SubjectResult | undefined, theirs: SubjectResult): Summary | undefined {
  if (ours === theirs || ours?.kind !== 'measured' || theirs.kind !== 'measured') return undefined
  return summarize(pairRatios(ours.samples, theirs.samples))
}

/** A number with three significant digits and a unit prefix: `1.23 M`. */
export function compact(n: number): string {
  if (n >= 1e6) return `${digits(n / 1e6)} M`
  if (n >= 1e4) return `${digits(n / 1e3)} k`
  return digits(n)
}

/** Three significant digits. */
export function digits(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toPrecision(3)
}
