/**
 * The demo: `npm run demo`. It counts and hashes every text file of this repository and its dependencies in a pool of
 * services, one on each thread; measures one thread against all; and checks every pass against a plain loop.
 */

import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createSystem, main } from 'troupe'
import { makeBatches } from './batches.js'
import { findDifference } from './difference.js'
import { type Measured, measure } from './measure.js'
import { type DemoOptions, parseOptions, USAGE } from './options.js'
import { printResult, printShares, printThroughput } from './report.js'
import { MAX_FILE_BYTES, walk } from './walk.js'

/**
 * The size of a job. Measured on two cores: between 64 KiB and 2 MiB it makes no difference that could be told from noise;
 * one job for each file takes a third longer. Smaller batches spread better over many cores.
 */
const BATCH_BYTES = 256 * 1024
/** The exit code of a program that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130

const root = fileURLToPath(new URL('../', import.meta.url))

await main(import.meta, async () => {
  const options = readOptions()
  if (options === undefined) return
  const interrupt = new AbortController()
  const onSignal = (): void => interrupt.abort(new Error('interrupted'))
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    await demonstrate(options, interrupt.signal)
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    console.log('\ninterrupted')
    process.exitCode = INTERRUPTED
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
})

function readOptions(): DemoOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: ${USAGE}`)
    process.exitCode = 2
    return undefined
  }
}

async function demonstrate({ limit, threads }: DemoOptions, signal: AbortSignal): Promise<void> {
  const startMs = Date.now()
  const { files: found, tooLarge } = walk(root)
  const files = found.slice(0, limit)
  const bytes = files.reduce((total, file) => total + file.bytes, 0)
  const batches = makeBatches(files, BATCH_BYTES)
  await using system = await createSystem({ name: 'demo', threads })
  const part = files.length < found.length ? `the first ${files.length} of ${found.length}` : `all ${files.length}`
  console.log(
    `input: ${part} files up to ${MAX_FILE_BYTES / 1024 ** 2} MiB below ${root}, ${(bytes / 1e6).toFixed(1)} MB in ${batches.length} jobs`,
  )
  // What else runs takes cores away, and with them the gain of threads: say so beside the figures.
  const load = `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores before the start`
  console.log(`system: ${system.threads} worker threads, Node ${process.versions.node}, ${load}\n`)
  const measured = await measure(system, { root, batches, bytes, signal })
  const result = measured.reference.tally.result()
  printResult(result, tooLarge)
  printThroughput(measured, result, system.threads)
  const last = measured.all.at(-1)
  if (last !== undefined) printShares(last)
  check(measured, startMs)
}

function check({ reference, alone, one, all }: Measured, sinceMs: number): void {
  const passes = [...alone, ...one, ...all]
  for (const pass of passes) {
    const difference = findDifference(reference.tally, pass.tally, root, sinceMs)
    if (difference.length === 0) continue
    console.error(`\ncheck FAILED: a pass (+) differs from the plain loop (-)\n${difference.join('\n')}`)
    process.exitCode = 1
    return
  }
  console.log(`\ncheck: all ${passes.length} passes gave the result of the first plain loop`)
}
