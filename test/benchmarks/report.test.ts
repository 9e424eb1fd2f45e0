import { describe, expect, it } from 'vitest'
import { chartOf } from '../../benchmarks/report/chart.js'
import { compact, figuresOf } from '../../benchmarks/report/figures.js'
import { resultsPage } from '../../benchmarks/report/results-page.js'
import { tableOf } from '../../benchmarks/report/table.js'
import { resultOf } from './sample-result.js'

const result = resultOf(
  { kind: 'measured', name: 'troupe', samples: [2_000_000, 3_000_000, 4_000_000] },
  { kind: 'measured', name: 'rival', samples: [1_000_000, 1_000_000, 8_000_000] },
  { kind: 'absent', name: 'erlang', reason: 'there is no "erl" here\nat all' },
)

describe('figuresOf()', () => {
  it('gives the median of the ratios, not the ratio of the medians', () => {
    const [ours, theirs] = figuresOf(result)
    expect(ours).toMatchObject({ summary: { median: 3_000_000 }, ratio: undefined })
    expect(theirs).toMatchObject({ ratio: { median: 2, min: 0.5, max: 3 } })
  })

  it('gives no ratio where ours was not measured', () => {
    const [, theirs] = figuresOf(
      resultOf({ kind: 'failed', name: 'troupe', reason: '' }, { kind: 'measured', name: 'rival', samples: [1] }),
    )
    expect(theirs).toMatchObject({ kind: 'measured', ratio: undefined })
  })
})

describe('tableOf()', () => {
  it('shows every subject, and why one is not there', () => {
    expect(tableOf(result).split('\n')).toEqual([
      'sample: Samples & more (messages a second, more is better)',
      '           median         quartiles   ours / theirs      min – max',
      '  troupe   3.00 M   2.50 M – 3.50 M',
      '  rival    1.00 M   1.00 M – 4.50 M          2.00 ×   0.500 – 3.00',
      '  erlang   absent',
      '  erlang absent: there is no "erl" here',
    ])
  })
})

describe('chartOf()', () => {
  it('draws a bar for each subject that was measured', () => {
    const chart = chartOf(result)
    expect(chart.match(/<rect /g)).toHaveLength(3)
    expect(chart).toContain('Samples &amp; more')
    expect(chart).toContain('3.00 M')
    expect(chart).not.toContain('erlang')
  })
})

describe('compact()', () => {
  it.each([
    [0.0761, '0.0761'],
    [783.4, '783'],
    [9999, '9999'],
    [17_500, '17.5 k'],
    [1_234_567, '1.23 M'],
  ])('prints %d as %s', (n, text) => {
    expect(compact(n)).toBe(text)
  })
})

describe('resultsPage()', () => {
  it('shows every workload with its ratios, those that are lost in bold', () => {
    const ratio = { median: 0.5, min: 0.4, max: 0.6 }
    const page = resultsPage([
      {
        name: 'sample',
        title: 'Samples',
        measure: 'rate',
        unit: 'messages',
        date: '2026-11-21T12:37:29.360Z',
        subjects: [
          { kind: 'measured', name: 'troupe', summary: { median: 2e6 } },
          { kind: 'measured', name: 'faster', summary: { median: 4e6 }, ratio },
          { kind: 'measured', name: 'slower', summary: { median: 1e6 }, ratio: { ...ratio, median: 2 } },
          { kind: 'absent', name: 'erlang' },
        ],
      },
    ])
    expect(page).toContain(
      '| [sample](sample.svg): Samples | 2.00 M messages/s | **0.500 × faster** (0.400–0.600); 2.00 × slower (0.400–0.600); erlang absent | 2026-11-21 |',
    )
  })
})
