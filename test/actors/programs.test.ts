import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { ActorDefinition } from '../../src/actors/definition-type.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, recordingLog } from './evidence.js'

/** What a method of a random program does. */
interface Deed {
  readonly act: 'return' | 'wait' | 'throw' | 'crash' | 'stop' | 'escalate' | 'nested' | 'tell'
  readonly ms: number
  /** Which actor it asks in its turn, and what that one does. */
  readonly other: number
  readonly next: Deed | null
}

type Step =
  | { readonly kind: 'spawn'; readonly as: 'service' | 'light' | 'pool'; readonly capacity: number; readonly overflow: number }
  | { readonly kind: 'call' | 'offer'; readonly to: number; readonly deed: Deed; readonly timeoutMs: number; readonly abortMs: number }
  | { readonly kind: 'tell'; readonly to: number; readonly deed: Deed; readonly timeoutMs: number }
  | { readonly kind: 'stop'; readonly to: number; readonly drainMs: number }
  | { readonly kind: 'advance'; readonly ms: number }

const NEVER = Number.POSITIVE_INFINITY
const POLICIES = ['reject', 'drop-newest', 'drop-oldest', 'wait'] as const

/** Remotes of all actors of the program that runs; actors ask each other with Remotes of their own. */
let actors: Remote[] = []

/** What the actors of a program do with their `self`. */
interface Actor {
  after(ms: number, run: () => unknown): string
  stop(): void
  spawn(definition: ActorDefinition<object>, options: { readonly supervision: { readonly onFailure: 'escalate' } }): object
}

const supervision = { onFailure: 'restart', backoff: { minMs: 20 }, budget: { restarts: 3, withinMs: 500 } } as const

const setup = (self: Actor) => {
  const sleep = (ms: number) => new Promise<void>((resolve) => void timers.add(ms, resolve))
  const crash = () => Promise.reject(new Error('crash'))
  return {
    async act(deed: Deed, remote: Remote | null): Promise<unknown> {
      switch (deed.act) {
        case 'return':
          return deed.ms
        case 'wait':
          return await sleep(deed.ms)
        case 'throw':
          throw new Error('thrown')
        case 'crash':
          self.after(deed.ms, crash)
          return await sleep(deed.ms)
        case 'stop':
          self.stop()
          return await sleep(deed.ms)
        case 'escalate':
          self.spawn(
            actor((child) => void child.after(deed.ms, crash)),
            { supervision: { onFailure: 'escalate' } },
          )
          return 'soon'
        case 'nested':
          return remote === null || deed.next === null ? 'alone' : await remote.act(deed.next, null)
        case 'tell':
          return remote === null || deed.next === null ? 'alone' : remote.$.tell.act(deed.next, null)
      }
    },
  }
}

const Service = service(import.meta, 'program', { supervision }, setup)
const Light = actor(setup)

/** Waits by the virtual clock that belong to no actor. */
const timers = {
  system: null as TestSystem | null,
  pending: [] as { at: number; resolve: () => void }[],
  add(ms: number, resolve: () => void): void {
    this.pending.push({ at: (this.system?.clock.now() ?? 0) + ms, resolve })
  },
  fire(): void {
    const now = this.system?.clock.now() ?? 0
    for (const one of this.pending.filter(({ at }) => at <= now)) one.resolve()
    this.pending = this.pending.filter(({ at }) => at > now)
  },
}

const { deed } = fc.letrec<{ deed: Deed; next: Deed | null }>((tie) => ({
  next: fc.option(tie('deed'), { maxDepth: 2, depthIdentifier: 'deed' }),
  deed: fc.record({
    act: fc.constantFrom<Deed['act']>('return', 'return', 'wait', 'wait', 'throw', 'crash', 'stop', 'escalate', 'nested', 'nested', 'tell'),
    ms: fc.integer({ min: 0, max: 60 }),
    other: fc.nat(5),
    next: tie('next'),
  }),
}))

const timeoutMs = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(0, 5000, NEVER))
const abortMs = fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }) })
const request = { to: fc.nat(5), deed, timeoutMs, abortMs }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('spawn' as const),
      as: fc.constantFrom('service', 'light', 'pool'),
      capacity: fc.constantFrom(1, 2, 100),
      overflow: fc.nat(3),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('call' as const, 'call' as const, 'offer' as const), ...request }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tell' as const), to: fc.nat(5), deed, timeoutMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), to: fc.nat(5), drainMs: fc.constantFrom(0, 0, 40) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40 }) }) },
)

interface Outcome {
  readonly what: string
  settled: number
}

/** Runs a program to its end; returns what became of each promise, in the order in which they settled. */
async function runProgram(seed: number, steps: readonly Step[], drainMs: number): Promise<string> {
  const t = await createTestSystem({ seed, log: recordingLog(), name: `program ${seed}`, strict: seed % 2 === 0 })
  timers.system = t
  timers.pending = []
  actors = []
  const history: string[] = []
  const outcomes: Outcome[] = []
  const follow = (what: string, promise: Promise<unknown>): void => {
    const outcome: Outcome = { what, settled: 0 }
    outcomes.push(outcome)
    const settle = (how: string) => {
      outcome.settled++
      history.push(`${t.clock.now()} ${what} ${how}`)
    }
    promise.then(
      () => settle('done'),
      (error: { code?: string; delivered?: string }) => settle(`${error.code} ${error.delivered}`),
    )
  }
  for (const [i, one] of steps.entries()) {
    await perform(t, i, one, follow)
    expectNoSilentLoss(t.stats())
  }
  const stopping = t.stop({ drainMs })
  for (let rounds = 0; timers.pending.length > 0 && rounds < 50; rounds++) {
    timers.fire()
    timers.pending.splice(0).forEach(({ resolve }) => {
      resolve()
    })
    await Promise.resolve()
  }
  await stopping
  await new Promise<void>((resolve) => setImmediate(resolve))
  expect(outcomes.filter(({ settled }) => settled !== 1).map(({ what }) => what)).toEqual([])
  const { totals } = t.stats()
  expect({ actors: totals.actors, mailboxDepth: totals.mailboxDepth }).toEqual({ actors: 0, mailboxDepth: 0 })
  expectNoSilentLoss(t.stats())
  return history.join('\n')
}

type Follow = (what: string, promise: Promise<unknown>) => void

async function perform(t: TestSystem, i: number, one: Step, follow: Follow): Promise<void> {
  switch (one.kind) {
    case 'spawn': {
      const mailbox = { capacity: one.capacity, overflow: POLICIES[one.overflow] ?? 'reject' }
      if (one.as === 'light') actors.push(t.spawn(Light, { mailbox, supervision }))
      else if (one.as === 'service') actors.push(await t.spawn(Service, { mailbox }))
      else actors.push(await t.pool(Service, { size: 2, mailbox }))
      return
    }
    case 'advance': {
      for (let ms = 0; ms < one.ms; ms += 10) {
        await t.clock.advance(10)
        timers.fire()
        await t.settled()
      }
      return
    }
    default: {
      const remote = actors[one.to % Math.max(1, actors.length)]
      if (remote === undefined) return
      if (one.kind === 'stop') return follow(`${i} stop`, remote.$.stop({ drainMs: one.drainMs }))
      send(t, i, one, remote, follow)
    }
  }
}

function send(_t: TestSystem, i: number, one: Exclude<Step, { kind: 'spawn' | 'advance' | 'stop' }>, remote: Remote, follow: Follow): void {
  const controller = new AbortController()
  const aborts = one.kind !== 'tell' && one.abortMs >= 0
  if (aborts && one.abortMs === 0) controller.abort()
  else if (aborts) timers.add(one.abortMs, () => controller.abort())
  const options = { ...(one.timeoutMs > 0 ? { timeoutMs: one.timeoutMs } : {}), ...(aborts ? { signal: controller.signal } : {}) }
  const handle = remote.$.with(options)
  const other = actors[one.deed.other % actors.length] ?? null
  if (one.kind === 'tell') handle.$.tell.act(one.deed, other)
  else follow(`${i} ${one.kind} ${one.deed.act}`, one.kind === 'call' ? handle.act(one.deed, other) : handle.$.offer.act(one.deed, other))
}

const program = fc.array(step, { minLength: 3, maxLength: 40 })
const first: Step = { kind: 'spawn', as: 'service', capacity: 2, overflow: 3 }

describe('random programs', () => {
  it('every call and offer settles exactly once, and no message is lost silently, whatever dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), program, fc.constantFrom(0, 30), async (seed, steps, drainMs) => {
        await runProgram(seed, [first, ...steps], drainMs)
      }),
      { numRuns: 800, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false },
    )
  })

  it('the same seed gives the same outcomes at the same moments in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), program, async (seed, steps) => {
        const once = await runProgram(seed, [first, ...steps], 0)
        expect(await runProgram(seed, [first, ...steps], 0)).toBe(once)
      }),
      { numRuns: 100, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false },
    )
  })
})
