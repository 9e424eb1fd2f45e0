import type { Report } from './protocol.js'
import type { Workload } from './workload.js'

/** What is known of a subject after all rounds. */
export type SubjectResult =
  | { readonly kind: 'measured'; readonly name: string; readonly samples: readonly number[] }
  | { readonly kind: 'absent' | 'failed'; readonly name: string; readonly reason: string }

export interface WorkloadResult {
  readonly workload: Workload
  readonly subjects: readonly SubjectResult[]
}

/** Runs one subject once, in the round given. */
export type RunOne = (workload: Workload, subject: string, round: number) => Promise<Report>

/**
 * Runs all subjects of a workload in turn, round after round (A B C A B C …), so that what the machine does in between
 * meets all of them. A subject that is absent or fails is not asked again.
 */
export async function runRounds(workload: Workload, rounds: number, runOne: RunOne): Promise<WorkloadResult> {
  const names = Object.keys(workload.subjects)
  const samples = new Map<string, number[]>(names.map((name) => [name, []]))
  const out = new Map<string, SubjectResult>()
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      if (out.has(name)) continue
      const report = await runOne(workload, name, round)
      if (report.kind === 'sample') samples.get(name)?.push(report.sample)
      else out.set(name, { kind: report.kind, name, reason: report.reason })
    }
  }
  return { workload, subjects: names.map((name) => out.get(name) ?? { kind: 'measured', name, samples: samples.get(name) ?? [] }) }
}
