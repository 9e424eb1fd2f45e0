/** What a figure can be. */
export type Measure = 'rate' | 'bytes' | 'milliseconds' | 'percent'

interface MeasureText {
  readonly moreIsBetter: boolean
  /** Behind a figure. */
  readonly of: (unit: string) => string
  /** Above a table or a chart. */
  readonly heading: (unit: string) => string
}

/** How figures are shown. */
export const MEASURES: Readonly<Record<Measure, MeasureText>> = {
  rate: { moreIsBetter: true, of: (unit) => `${unit}/s`, heading: (unit) => `${unit} a second, more is better` },
  bytes: {
    moreIsBetter: false,
    of: (unit) => `bytes for each of ${unit}`,
    heading: (unit) => `bytes for each of the ${unit}, fewer are better`,
  },
  milliseconds: { moreIsBetter: false, of: () => 'ms', heading: (unit) => `milliseconds of ${unit}, less is better` },
  percent: { moreIsBetter: false, of: () => '% of a core', heading: (unit) => `percent of a core for ${unit}, less is better` },
}
