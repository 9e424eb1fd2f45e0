/**
 * Measures how long it takes until an actor serves again, from its failure to an answer: `npm run recovery -- --samples 50`.
 * The program ends with 1 when a median misses its goal.
 */
import { parseArgs } from 'node:util'
import { createSystem, main } from 'troupe'
import { Fragile, Mortal } from './churners.mjs'
import { median } from './flatness.mjs'

/** @typedef {import('troupe').System} System */
/** @typedef {{ name: string, goalMs: number, sample: (system: System) => Promise<number> }} Case */

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const GOAL_IN_PLACE_MS = 5
const GOAL_NEW_THREAD_MS = 200
const LIMIT_MS = 20_000

/** @type {readonly Case[]} */
const CASES = [
  { name: 'a failure, on thread 0', goalMs: GOAL_IN_PLACE_MS, sample: (system) => afterCrash(system, 'inline') },
  { name: 'a failure, on a worker thread', goalMs: GOAL_IN_PLACE_MS, sample: (system) => afterCrash(system, { thread: 1 }) },
  { name: 'the death of a worker thread', goalMs: GOAL_NEW_THREAD_MS, sample: (system) => afterDeath(system, { thread: 1 }) },
  { name: 'the death of a dedicated thread', goalMs: GOAL_NEW_THREAD_MS, sample: (system) => afterDeath(system, 'dedicated') },
  { name: 'the death of a process', goalMs: Number.POSITIVE_INFINITY, sample: (system) => afterDeath(system, 'process') },
]

/** A new actor each time: its first restart is at once, the others back off. */
async function afterCrash(/** @type {System} */ system, /** @type {import('troupe').Host} */ host) {
  const fragile = await system.spawn(Fragile, { host })
  const moment = newMoment()
  await fragile.crash(moment)
  while (Atomics.load(moment, 0) === 0n) await turn()
  await fragile.ping()
  const tookMs = since(moment)
  await fragile.$.stop()
  return tookMs
}

async function afterDeath(/** @type {System} */ system, /** @type {import('troupe').Host} */ host) {
  const mortal = await system.spawn(Mortal, { host })
  const moment = newMoment()
  const back = new Promise((resolve) => {
    let gone = false
    const seen = system.announcements({ name: 'mortal' }, ({ status }) => {
      gone ||= status === 'withdrawn'
      if (!gone || status !== 'available') return
      seen.close()
      resolve(undefined)
    })
  })
  // A process shares no memory: it dies a moment after it was told to.
  const told = process.hrtime.bigint()
  mortal.$.tell.exit(host === 'process' ? new BigInt64Array(1) : moment)
  await back
  await mortal.ping()
  if (host === 'process') Atomics.store(moment, 0, told)
  const tookMs = since(moment)
  await mortal.$.stop()
  return tookMs
}

const newMoment = () => new BigInt64Array(new SharedArrayBuffer(8))
const since = (/** @type {BigInt64Array} */ moment) => Number(process.hrtime.bigint() - Atomics.load(moment, 0)) / 1e6
const turn = () => new Promise((resolve) => void setImmediate(resolve))

async function measure(/** @type {Case} */ { name, goalMs, sample }, /** @type {number} */ samples) {
  const system = await createSystem({ threads: 1, log: quiet, timeoutMs: LIMIT_MS })
  try {
    await sample(system)
    const times = []
    for (let i = 0; i < samples; i++) times.push(await sample(system))
    times.sort((one, other) => one - other)
    const [middle, slow, worst] = [median(times), times[Math.floor(times.length * 0.9)] ?? 0, times.at(-1) ?? 0]
    const goal = goalMs === Number.POSITIVE_INFINITY ? '' : `${middle <= goalMs ? 'within' : 'MISSES'} ${goalMs} ms`
    console.log(`${name.padEnd(34)} median ${ms(middle)}  90 % ${ms(slow)}  worst ${ms(worst)}  ${goal}`)
    return middle <= goalMs
  } finally {
    await system.stop()
  }
}

const ms = (/** @type {number} */ time) => `${time.toFixed(2).padStart(8)} ms`

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { samples: { type: 'string', default: '30' } } })
  const samples = Number(values.samples)
  if (!(Number.isInteger(samples) && samples > 0)) throw new TypeError(`--samples ${values.samples}: give a whole number above 0`)
  console.log(`from failure to the next answer, ${samples} times each, Node ${process.versions.node}`)
  let good = true
  for (const one of CASES) good = (await measure(one, samples)) && good
  process.exitCode = good ? 0 : 1
})
