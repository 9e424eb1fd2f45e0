import { setImmediate } from 'node:timers/promises'
import { median } from './statistics.js'
import type { Answer, Input, Session, Workload } from './workload.js'

/** How long a process runs its subject. */
export interface Effort {
  readonly size: number
  readonly warmUpMs: number
  readonly measureMs: number
  readonly minRuns: number
  readonly maxRuns: number
}

export function effortFor(workload: Workload, quick: boolean): Effort {
  const size = quick ? workload.size.quick : workload.size.full
  if (workload.measure !== 'rate') return { size, warmUpMs: 0, measureMs: 0, minRuns: 1, maxRuns: 1 }
  if (quick) return { size, warmUpMs: 50, measureMs: 100, minRuns: 2, maxRuns: 10 }
  return { size, warmUpMs: 500, measureMs: 1000, minRuns: 3, maxRuns: 100 }
}

/** Warms a subject up, then runs it until its time is over; the sample of this process is the median of its runs. */
export async function sampleOf(workload: Workload, session: Session, effort: Effort, firstSeed: number): Promise<number> {
  const figures: number[] = []
  const startMs = performance.now()
  let measuredSinceMs = effort.warmUpMs === 0 ? startMs : Number.NaN
  for (let n = 0; n < effort.maxRuns + effort.maxRuns; n++) {
    const figure = await runOnce(workload, session, { size: effort.size, width: workload.width, seed: firstSeed + n * 7 })
    const nowMs = performance.now()
    if (Number.isNaN(measuredSinceMs)) {
      if (nowMs - startMs >= effort.warmUpMs || n + 1 >= effort.maxRuns) measuredSinceMs = nowMs
      continue
    }
    figures.push(figure)
    const done = figures.length >= effort.minRuns && nowMs - measuredSinceMs >= effort.measureMs
    if (done || figures.length >= effort.maxRuns) break
  }
  return median(figures)
}

/** @throws Error when the answer shows that the work was not done. */
async function runOnce(workload: Workload, session: Session, input: Input): Promise<number> {
  const expected = workload.expected(input)
  const { answer, figure } = await RUN[workload.measure](session, input)
  if (answer.value !== expected) {
    throw new Error(
      `${workload.name} answered ${answer.value} for size ${input.size} and seed ${input.seed}; the right answer is ${expected}`,
    )
  }
  await session.tidy?.()
  return figure
}

interface Ran {
  readonly answer: Answer
  readonly figure: number
}

const RUN: Readonly<Record<Workload['measure'], (session: Session, input: Input) => Promise<Ran>>> = {
  rate: rateOf,
  bytes: bytesOf,
  milliseconds: ownOf,
  percent: ownOf,
}

async function rateOf(session: Session, input: Input): Promise<Ran> {
  const startMs = performance.now()
  const answer = await session.run(input)
  const elapsedMs = answer.own ?? performance.now() - startMs
  return { answer, figure: (input.size * 1000) / elapsedMs }
}

/** What the subject says itself. */
async function ownOf(session: Session, input: Input): Promise<Ran> {
  const answer = await session.run(input)
  if (answer.own === undefined) throw new Error('a subject of this workload measures by itself, and this one did not')
  return { answer, figure: answer.own }
}

async function bytesOf(session: Session, input: Input): Promise<Ran> {
  const before = await heapBytes()
  const answer = await session.run(input)
  const bytes = answer.own ?? (await heapBytes()) - before
  return { answer, figure: bytes / input.size }
}

/** What the heap holds once the garbage is collected. */
export async function heapBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('heapBytes(): start Node with --expose-gc')
  await setImmediate()
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
