import { MEASURES } from '../harness/measures.js'
import type { WorkloadResult } from '../harness/rounds.js'
import { compact, digits, figuresOf } from './figures.js'

const WIDTH = 720
const NAME_WIDTH = 190
const BAR_WIDTH = 340
const ROW_HEIGHT = 26
const TOP = 58
const OUR_COLOR = '#2f6f4f'
const THEIR_COLOR = '#9aa5b1'

/** A workload as a bar chart; what was not measured is left out. */
export function chartOf(result: WorkloadResult): string {
  const { workload } = result
  const figures = figuresOf(result).filter((figure) => figure.kind === 'measured')
  const longest = Math.max(...figures.map(({ summary }) => summary.median))
  const bars = figures.map(({ name, summary, ratio }, row) => {
    const y = TOP + row * ROW_HEIGHT
    const length = Math.max(1, (summary.median / longest) * BAR_WIDTH)
    const note = ratio === undefined ? '' : ` · ours / theirs ${digits(ratio.median)} ×`
    return [
      `<text x="${NAME_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect x="${NAME_WIDTH}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2" fill="${row === 0 ? OUR_COLOR : THEIR_COLOR}"/>`,
      `<text x="${(NAME_WIDTH + length + 6).toFixed(1)}" y="${y + 14}">${compact(summary.median)}${note}</text>`,
    ].join('\n')
  })
  const height = TOP + figures.length * ROW_HEIGHT + 12
  const unit = MEASURES[workload.measure].heading(workload.unit)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2933">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="24" font-size="16" font-weight="600">${escapeXml(workload.title)}</text>`,
    `<text x="16" y="43" fill="#616e7c">${escapeXml(unit)}</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
