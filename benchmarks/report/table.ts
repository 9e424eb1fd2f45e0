import { MEASURES } from '../harness/measures.js'
import type { WorkloadResult } from '../harness/rounds.js'
import { compact, digits, type Figures, figuresOf } from './figures.js'

const HEAD = ['', 'median', 'quartiles', 'ours / theirs', 'min – max']

/** One workload as lines of text. */
export function tableOf(result: WorkloadResult): string {
  const { workload } = result
  const rows = [HEAD, ...figuresOf(result).map(rowOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] as number, column)).join('   ')}`.trimEnd())
  const better = MEASURES[workload.measure].heading(workload.unit)
  const reasons = result.subjects.flatMap((subject) =>
    subject.kind === 'measured' ? [] : [`  ${subject.name} ${subject.kind}: ${firstLine(subject.reason)}`],
  )
  return [`${workload.name}: ${workload.title} (${better})`, ...lines, ...reasons].join('\n')
}

function rowOf(figures: Figures): readonly string[] {
  if (figures.kind !== 'measured') return [figures.name, figures.kind, '', '', '']
  const { summary, ratio } = figures
  const quartiles = `${compact(summary.lowQuartile)} – ${compact(summary.highQuartile)}`
  if (ratio === undefined) return [figures.name, compact(summary.median), quartiles, '', '']
  return [figures.name, compact(summary.median), quartiles, `${digits(ratio.median)} ×`, `${digits(ratio.min)} – ${digits(ratio.max)}`]
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

/** The rest, such as a stack, is in the results file. */
function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
