import type { SubjectResult, WorkloadResult } from '../../benchmarks/harness/rounds.js'
import type { Workload } from '../../benchmarks/harness/workload.js'

/** A workload of subjects that nobody starts. */
export function workloadOf(...names: readonly string[]): Workload {
  const never = (): never => {
    throw new Error('a test starts no subject')
  }
  return {
    name: 'sample',
    title: 'Samples & more',
    measure: 'rate',
    unit: 'messages',
    size: { full: 10, quick: 1 },
    width: 1,
    expected: ({ size }) => size,
    subjects: Object.fromEntries(names.map((name) => [name, never])),
  }
}

export function resultOf(...subjects: readonly SubjectResult[]): WorkloadResult {
  return { workload: workloadOf(...subjects.map(({ name }) => name)), subjects }
}
