import { MEASURES, type Measure } from '../harness/measures.js'
import { compact, digits } from './figures.js'

/** What a results file holds, as far as the page shows it. */
export interface SavedResult {
  readonly name: string
  readonly title: string
  readonly measure: Measure
  readonly unit: string
  readonly date: string
  readonly subjects: readonly SavedSubject[]
}

interface SavedSubject {
  readonly kind: string
  readonly name: string
  readonly summary?: { readonly median: number }
  readonly ratio?: { readonly median: number; readonly min: number; readonly max: number }
}

const HEAD = `# Results

Written by \`npm run bench\` from the files beside it; [how it measures](../../docs/benchmarks.md). Each ratio is ours / theirs, the median of five rounds or more, with
the least and the greatest: of rates more is better, of bytes, milliseconds and percent less. Ratios that we lose are in bold.
`

/** The page that shows all results that are kept. */
export function resultsPage(results: readonly SavedResult[]): string {
  const rows = results.map((result) => `| ${cells(result).join(' | ')} |`)
  return [HEAD, '| workload | ours | ours / theirs | measured |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

function cells(result: SavedResult): readonly string[] {
  const [ours, ...others] = result.subjects
  const { of, moreIsBetter } = MEASURES[result.measure]
  const figure = ours?.summary === undefined ? 'not measured' : `${compact(ours.summary.median)} ${of(result.unit)}`
  const ratios = others.map((other) => ratioOf(other, moreIsBetter))
  return [`[${result.name}](${result.name}.svg): ${result.title}`, figure, ratios.join('; '), result.date.slice(0, 10)]
}

function ratioOf({ kind, name, ratio }: SavedSubject, moreIsBetter: boolean): string {
  if (ratio === undefined) return `${name} ${kind === 'measured' ? 'without a pair' : kind}`
  const text = `${digits(ratio.median)} × ${name}`
  const lost = moreIsBetter ? ratio.median < 1 : ratio.median > 1
  return `${lost ? `**${text}**` : text} (${digits(ratio.min)}–${digits(ratio.max)})`
}
