import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, expectNothingLeft, readerOf, recordingLog } from './evidence.js'
import { beginWatch, Light, readSome, Services, sleepers, supervision, watch } from './programs/deeds.js'
import { type Advance, program, type Read, type Send, type Spawn, type Step } from './programs/program.js'

const POLICIES = ['reject', 'drop-newest', 'drop-oldest', 'wait'] as const

type Follow = (what: string, promise: Promise<unknown>) => void

/** A program that runs: its actors, and what became of each promise. */
class Run {
  readonly t: TestSystem
  readonly actors: Remote[] = []
  /** In the order in which they settled. */
  readonly history: string[] = []
  readonly #outcomes: { readonly what: string; settled: number }[] = []

  constructor(t: TestSystem) {
    this.t = t
  }

  readonly follow: Follow = (what, promise) => {
    const outcome = { what, settled: 0 }
    this.#outcomes.push(outcome)
    const settle = (how: string) => {
      outcome.settled++
      this.history.push(`${this.t.clock.now()} ${what} ${how}`)
    }
    promise.then(
      (value) => settle(typeof value === 'number' ? `done ${value}` : 'done'),
      (error: { code?: string; delivered?: string }) => settle(`${error.code} ${error.delivered}`),
    )
  }

  get unsettled(): readonly string[] {
    return this.#outcomes.filter(({ settled }) => settled !== 1).map(({ what }) => what)
  }
}

/** Programs run one after another: a run that is cut short by its time limit goes on, and they share what is watched. */
let before: Promise<unknown> = Promise.resolve()

/** Runs a program to its end; returns what became of each promise, in the order in which they settled. */
function runProgram(seed: number, steps: readonly Step[], drainMs: number): Promise<string> {
  const run = before.then(() => runAlone(seed, steps, drainMs))
  before = run.catch(() => undefined)
  return run
}

async function runAlone(seed: number, steps: readonly Step[], drainMs: number): Promise<string> {
  const t = await createTestSystem({ seed, log: recordingLog(), name: `program ${seed}`, strict: seed % 2 === 0 })
  beginWatch(t)
  const run = new Run(t)
  for (const [i, step] of steps.entries()) {
    await perform(run, i, step)
    expectNoSilentLoss(t.stats())
  }
  await stopAll(t, drainMs)
  expect({ unsettled: run.unsettled, wrong: watch.wrong }).toEqual({ unsettled: [], wrong: [] })
  expect({ closed: watch.closed, actors: t.stats().totals.actors }).toEqual({ closed: watch.opened, actors: 0 })
  await expectNothingLeft(t)
  return run.history.join('\n')
}

/** Whoever still sleeps wakes: what a generator does after its end must not hold it open. */
async function stopAll(t: TestSystem, drainMs: number): Promise<void> {
  const stopping = t.stop({ drainMs })
  for (let rounds = 0; sleepers.pending.length > 0 && rounds < 50; rounds++) {
    sleepers.wake(Number.POSITIVE_INFINITY)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  await stopping
  sleepers.wake(Number.POSITIVE_INFINITY)
  await t.settled()
}

async function perform(run: Run, i: number, step: Step): Promise<void> {
  if (step.kind === 'spawn') run.actors.push(await spawn(run.t, step))
  else if (step.kind === 'advance') await advance(run.t, step)
  else {
    const remote = run.actors[step.to % run.actors.length] as Remote
    if (step.kind === 'stop') run.follow(`${i} stop`, remote.$.stop({ drainMs: step.drainMs }))
    else if (step.kind === 'read') run.follow(`${i} read ${step.deed.act}`, read(run, i, step, remote))
    else send(run, i, step, remote)
  }
}

async function spawn(t: TestSystem, { as, which, capacity, overflow }: Spawn): Promise<Remote> {
  const mailbox = { capacity, overflow: POLICIES[overflow] ?? 'reject' }
  const definition = Services[which] ?? Services[0]
  if (as === 'light') return t.spawn(Light, { mailbox, supervision })
  return as === 'service' ? await t.spawn(definition, { mailbox }) : await t.pool(definition, { size: 2, mailbox })
}

async function advance(t: TestSystem, { ms }: Advance): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await t.clock.advance(10)
    sleepers.wake()
    await t.settled()
  }
}

/** The same actor, called as the step says, and the actor that its deed asks. */
function handle(run: Run, i: number, { timeoutMs, abortMs, priority, deed }: Send | Read, remote: Remote): [Remote, Remote | null] {
  const controller = new AbortController()
  if (abortMs === 0) controller.abort()
  else if (abortMs > 0) sleepers.add(abortMs, () => controller.abort())
  const options = { priority, properties: { tag: `${i}` }, ...(timeoutMs > 0 ? { timeoutMs } : {}) }
  const signal = abortMs >= 0 ? { signal: controller.signal } : {}
  return [remote.$.with({ ...options, ...signal }), run.actors[deed.other % run.actors.length] ?? null]
}

function send(run: Run, i: number, step: Send, remote: Remote): void {
  const [as, other] = handle(run, i, step, remote)
  if (step.kind === 'tell') as.$.tell.act(step.deed, other)
  else run.follow(`${i} ${step.kind} ${step.deed.act}`, step.kind === 'call' ? as.act(step.deed, other) : as.$.offer.act(step.deed, other))
}

async function read(run: Run, i: number, step: Read, remote: Remote): Promise<unknown> {
  const [as, other] = handle(run, i, step, remote)
  const stream: AsyncIterable<number> = as.items(step.deed, other, step.items)
  if (step.leaves === 'closes') return await readSome(stream, step.read)
  const reader = readerOf(stream)
  const results = Array.from({ length: step.read % 100 }, () => reader.next())
  if (step.leaves === 'reads ahead') run.follow(`${i} return`, reader.return())
  const settled = await Promise.allSettled(results)
  return settled.filter(({ status }) => status === 'fulfilled').length
}

describe('random programs', () => {
  it('every call, offer and read settles exactly once, every generator is closed, nothing is lost or left, whatever dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), program, fc.constantFrom(0, 30), async (seed, steps, drainMs) => {
        await runProgram(seed, steps, drainMs)
      }),
      { numRuns: 400, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false },
    )
  })

  it('the same seed gives the same outcomes at the same moments in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), program, async (seed, steps) => {
        const once = await runProgram(seed, steps, 0)
        expect(await runProgram(seed, steps, 0)).toBe(once)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false },
    )
  })
})
