import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { WorkloadResult } from '../harness/rounds.js'
import { chartOf } from './chart.js'
import { figuresOf } from './figures.js'
import { resultsPage, type SavedResult } from './results-page.js'

const RESULTS = new URL('../results/', import.meta.url)
/** Quick figures are noise: they never replace those that count. */
const QUICK_RESULTS = new URL('quick/', RESULTS)

/** The machine that figures belong to. */
function machine(): object {
  const [cpu] = cpus()
  const node = process.version
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: platform(),
    arch: arch(),
    release: release(),
    node,
  }
}

/** Writes `results/NAME.json` and `results/NAME.svg`, and the page of all results anew. */
export function saveResult(result: WorkloadResult, quick: boolean): void {
  const { name, title, measure, unit, size, width } = result.workload
  const folder = quick ? QUICK_RESULTS : RESULTS
  const subjects = figuresOf(result).map((figures, i) => {
    const subject = result.subjects[i]
    return subject?.kind === 'measured' ? { ...figures, samples: subject.samples } : figures
  })
  const record = {
    name,
    title,
    measure,
    unit,
    size: quick ? size.quick : size.full,
    width,
    quick,
    date: new Date().toISOString(),
    machine: machine(),
    subjects,
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(record, null, 2)}\n`)
  if (subjects.some(({ kind }) => kind === 'measured')) writeFileSync(new URL(`${name}.svg`, folder), chartOf(result))
  if (!quick) writePage()
}

/** Writes the page that shows what the results files hold. */
function writePage(): void {
  const names = readdirSync(RESULTS).filter((name) => name.endsWith('.json'))
  const results = names.sort().map((name) => JSON.parse(readFileSync(new URL(name, RESULTS), 'utf8')) as SavedResult)
  writeFileSync(new URL('README.md', RESULTS), resultsPage(results))
}
