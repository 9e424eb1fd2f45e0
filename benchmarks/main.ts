/** Runs the benchmarks: `npm run bench`; docs/benchmarks.md tells how. */
import { type BenchOptions, parseOptions } from './harness/options.js'
import { createProgress } from './harness/progress.js'
import { runRounds, type WorkloadResult } from './harness/rounds.js'
import { runSubject } from './harness/subject-process.js'
import type { Workload } from './harness/workload.js'
import { saveResult } from './report/results-file.js'
import { tableOf } from './report/table.js'
import { workloads } from './workloads/catalogue.js'

const SEED = 74_755

function list(): void {
  for (const { name, title, subjects } of workloads) console.log(`${name.padEnd(18)} ${title}: ${Object.keys(subjects).join(' · ')}`)
}

async function run(chosen: readonly Workload[], { quick, rounds }: BenchOptions, signal: AbortSignal): Promise<readonly WorkloadResult[]> {
  const steps = chosen.reduce((sum, { subjects }) => sum + Object.keys(subjects).length * rounds, 0)
  const progress = createProgress(process.stderr, steps)
  const results: WorkloadResult[] = []
  for (const workload of chosen) {
    if (signal.aborted) break
    const result = await runRounds(workload, rounds, async (_, subject, round) => {
      progress.begin(`${workload.name}: ${subject}, round ${round + 1}`)
      const report = await runSubject({ workload: workload.name, subject, quick, seed: SEED + round * 1309 }, workload, signal)
      progress.done()
      return report
    })
    if (signal.aborted) break
    progress.end()
    console.log(`\n${tableOf(result)}`)
    saveResult(result, quick)
    results.push(result)
  }
  progress.end()
  return results
}

async function main(): Promise<number> {
  const options = parseOptions(
    process.argv.slice(2),
    workloads.map(({ name }) => name),
  )
  if (options.list) {
    list()
    return 0
  }
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort())
  const chosen = options.only.length > 0 ? workloads.filter(({ name }) => options.only.includes(name)) : workloads
  const results = await run(chosen, options, interrupt.signal)
  if (interrupt.signal.aborted) return 130
  return results.some(({ subjects }) => subjects.some(({ kind }) => kind === 'failed')) ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error)
  process.exitCode = 2
}
