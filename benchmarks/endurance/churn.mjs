/**
 * Lets services, actors, subscriptions, pools and threads come and go for minutes, and says whether memory stays flat:
 * `npm run churn -- --minutes 10`. The program ends with 1 when it grows by more than 5 % after the warm-up, or a message is lost silently.
 */
import { parseArgs } from 'node:util'
import { actor, createSystem, main } from 'troupe'
import { Churner, Collector, Mortal } from './churners.mjs'
import { judgeFlatness, LIMIT } from './flatness.mjs'

/** @typedef {import('troupe').System} System */
/** @typedef {import('troupe').Remote<typeof Churner>} ChurnerRemote */
/** @typedef {{ heapBytes: number, rssBytes: number }} Sample */

const THREADS = 2
const SAMPLES = 60
const LEAST_SAMPLE_MS = 1000
const LIGHT_ACTORS = 200
/** Restarts on purpose are no reason to give an actor up. */
const PATIENT = { backoff: { minMs: 1, maxMs: 2 }, budget: { restarts: 1000, withinMs: 1000 } }
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const MIB = 2 ** 20

/** What a round does, one after another; `id` is one that was never there before. */
const ROUND = [livesOfServices, reportsAndStreams, lightActors, pools]
/** A thread takes longer to start than all else together: one dies in so many rounds. */
const ROUNDS_A_DEATH = 10

async function livesOfServices(/** @type {System} */ system, /** @type {string} */ id) {
  const hosts = /** @type {const} */ (['inline', { thread: 1 }, { thread: 2 }])
  const churners = await Promise.all(
    hosts.map((host, i) =>
      system.spawn(Churner, { host, name: `churner-${id}-${i}`, init: { id }, supervision: PATIENT, groups: [`group-${id}`] }),
    ),
  )
  for (const churner of churners) {
    await Promise.all(Array.from({ length: 20 }, (_, i) => churner.echo({ i, id, text: 'x'.repeat(100) })))
    for (let i = 0; i < 20; i++) churner.$.tell.ping()
    await churner.$.offer.ping()
    await churner.join(`joined-${id}`)
    await churner.crash()
    await churner.ping()
    const found = await system.lookup({ name: churner.$.binding.name })
    await found.$.with({ timeoutMs: 1 })
      .never()
      .catch(() => undefined)
  }
  await Promise.all(churners.map((churner) => churner.$.stop()))
}

async function reportsAndStreams(/** @type {System} */ system, /** @type {string} */ id) {
  const churner = await system.spawn(Churner, { name: `publisher-${id}`, init: { id } })
  let heard = 0
  const seen = system.announcements({ name: `publisher-${id}` }, () => heard++)
  const subscriptions = Array.from({ length: 10 }, (_, i) => system.subscribe(churner, i % 2 === 0 ? '*' : `subject-${id}`, () => heard++))
  await Promise.all(subscriptions.map(({ ready }) => ready))
  for (let i = 0; i < 10; i++) await churner.say(`subject-${id}`)
  for await (const item of churner.upTo(100)) if (item === 90) break
  for (const one of [...subscriptions, seen]) one.close()
  await churner.$.stop()
}

async function lightActors(/** @type {System} */ system, /** @type {string} */ id) {
  const definition = actor(() => ({ id: () => id }))
  const lights = Array.from({ length: LIGHT_ACTORS }, () => system.spawn(definition))
  await Promise.all(lights.map((light) => light.id()))
  await Promise.all(lights.map((light) => light.$.stop()))
}

async function pools(/** @type {System} */ system, /** @type {string} */ id) {
  const pool = await system.pool(Churner, { size: 2, name: `pool-${id}`, init: { id } })
  await Promise.all(Array.from({ length: 20 }, () => pool.ping()))
  await pool.$.resize(3)
  await Promise.all(Array.from({ length: 20 }, () => pool.ping()))
  await pool.$.stop()
}

/** A thread of an actor's own dies with its actor, which nobody starts again. */
async function endOfThread(/** @type {System} */ system, /** @type {string} */ id) {
  const stops = /** @type {const} */ ({ onFailure: 'stop' })
  const mortal = await system.spawn(Mortal, { host: 'dedicated', name: `mortal-${id}`, supervision: stops })
  const gone = new Promise((resolve) => void system.watch(mortal, resolve))
  await mortal.exit(new BigInt64Array(new SharedArrayBuffer(8)))
  await gone
}

/**
 * @param {readonly import('troupe').Remote<typeof Collector>[]} collectors
 * @returns {Promise<Sample>}
 */
async function sampleOf(collectors) {
  const heaps = await Promise.all(collectors.map((collector) => collector.heapBytes()))
  return { heapBytes: heaps.reduce((sum, bytes) => sum + bytes), rssBytes: process.memoryUsage().rss }
}

/** Whether all that was sent is accounted for, once it has arrived. */
async function isComplete(/** @type {System} */ system) {
  for (let i = 0; i < 1000; i++) {
    const { sent, delivered, dropped, mailboxDepth, inFlight } = system.stats().totals
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    if (inFlight === 0 && sent === delivered + lost + mailboxDepth) return true
    await new Promise((resolve) => void setTimeout(resolve, 10))
  }
  return false
}

/**
 * @param {string} what
 * @param {readonly number[]} bytes
 */
function judge(what, bytes) {
  const verdict = judgeFlatness(bytes)
  if (verdict === undefined) {
    console.log(`${what}: too few samples to tell`)
    return false
  }
  const { early, late, change, isFlat } = verdict
  const percent = `${change >= 0 ? '+' : ''}${(change * 100).toFixed(1)} %`
  console.log(
    `${what}: ${(early / MIB).toFixed(1)} MiB, later ${(late / MIB).toFixed(1)} MiB, ${percent}: ${isFlat ? 'flat' : `GROWS by more than ${LIMIT * 100} %`}`,
  )
  return isFlat
}

/**
 * @param {System} system
 * @param {number} minutes
 */
async function churn(system, minutes) {
  const hosts = /** @type {const} */ (['inline', { thread: 1 }, { thread: 2 }])
  const collectors = await Promise.all(hosts.map((host, i) => system.spawn(Collector, { host, name: `collector ${i}` })))
  const begin = performance.now()
  const everyMs = Math.max(LEAST_SAMPLE_MS, (minutes * 60_000) / SAMPLES)
  /** @type {Sample[]} */
  const samples = []
  for (let round = 0; performance.now() - begin < minutes * 60_000; round++) {
    for (const part of ROUND) await part(system, String(round))
    if (round % ROUNDS_A_DEATH === 0) await endOfThread(system, String(round))
    if (performance.now() - begin < (samples.length + 1) * everyMs) continue
    const sample = await sampleOf(collectors)
    samples.push(sample)
    const [heap, rss] = [sample.heapBytes, sample.rssBytes].map((bytes) => `${(bytes / MIB).toFixed(1).padStart(6)} MiB`)
    const seconds = ((performance.now() - begin) / 1000).toFixed(0).padStart(4)
    console.log(
      `${seconds} s  round ${String(round + 1).padStart(6)}  heaps ${heap}  resident ${rss}  actors ${system.stats().totals.actors}`,
    )
  }
  const flat = [
    judge(
      'heaps of all threads',
      samples.map(({ heapBytes }) => heapBytes),
    ),
    judge(
      'resident',
      samples.map(({ rssBytes }) => rssBytes),
    ),
  ]
  const complete = await isComplete(system)
  console.log(complete ? 'all messages are accounted for' : 'MESSAGES ARE LOST SILENTLY')
  return complete && flat.every((isFlat) => isFlat)
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new TypeError(`--minutes ${values.minutes}: give a number above 0`)
  const system = await createSystem({ threads: THREADS, log: quiet })
  try {
    process.exitCode = (await churn(system, minutes)) ? 0 : 1
  } finally {
    await system.stop()
  }
})
