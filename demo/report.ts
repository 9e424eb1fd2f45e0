/** The tables at the end. */

import type { Measured } from './measure.js'
import type { Pass } from './pass.js'
import type { Result } from './tally.js'

const LABEL_WIDTH = 24
const NUMBER_WIDTH = 12

export function printResult(result: Result, tooLarge: number): void {
  console.log('\nresult')
  const rows: readonly (readonly [string, number])[] = [
    ['text files', result.files],
    ['bytes', result.bytes],
    ['lines', result.lines],
    ['words', result.words],
    ['distinct identifiers', result.identifiers],
    ['skipped: binary', result.binary],
    ['skipped: over 8 MiB', tooLarge],
    ['skipped: unreadable', result.unreadable],
  ]
  for (const [label, value] of rows) printRow(label, [grouped(value)])
  console.log(`  sha256 over all files   ${result.hash}`)
}

export function printThroughput(measured: Measured, result: Result, threads: number): void {
  const rounds = measured.all.length
  console.log(`\nthroughput, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`}`)
  printRow('', ['seconds', 'MB/s', 'files/s'])
  const alone = printSpeed('plain loop, no actors', measured.alone, result)
  const one = printSpeed('pool, one thread', measured.one, result)
  const all = printSpeed(`pool, all threads (${threads})`, measured.all, result)
  console.log(
    `  all threads against one: ${(one / all).toFixed(2)} times as fast; against the plain loop: ${(alone / all).toFixed(2)} times`,
  )
}

export function printShares(pass: Pass): void {
  console.log('\nthreads, in the last round with all of them')
  printRow('', ['jobs', 'files', 'MB'])
  const shares = [...pass.shares].sort(([one], [other]) => one - other)
  for (const [thread, { jobs, files, bytes }] of shares) {
    printRow(`thread ${thread}`, [grouped(jobs), grouped(files), (bytes / 1e6).toFixed(1)])
  }
}

/** Prints one line and returns its seconds. */
function printSpeed(label: string, passes: readonly Pass[], { bytes, files }: Result): number {
  const seconds = median(passes.map((pass) => pass.seconds))
  printRow(label, [seconds.toFixed(2), (bytes / 1e6 / seconds).toFixed(1), grouped(Math.round(files / seconds))])
  return seconds
}

function printRow(label: string, cells: readonly string[]): void {
  console.log(`  ${label.padEnd(LABEL_WIDTH)}${cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join('')}`)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function grouped(value: number): string {
  return value.toLocaleString('en-US')
}
