/** Random programs over the threads of a system. */
import fc from 'fast-check'
import type { Remote, SpawnOptions, System } from 'troupe'
import { type Deed, Player } from '../fixtures/player.js'

type Host = NonNullable<SpawnOptions['host']>

const THREADS = 3
const POLICIES = ['reject', 'drop-newest', 'drop-oldest', 'wait'] as const
const ROUTES = ['idle', 'round-robin', 'random', 'least-busy'] as const
/** Nothing waits for longer, so that a program ends. */
const LIMIT_MS = 400

type Step =
  | { readonly kind: 'spawn'; readonly thread: number; readonly capacity: number; readonly policy: number }
  | { readonly kind: 'pool'; readonly size: number; readonly route: number }
  | { readonly kind: 'call' | 'offer' | 'tell' | 'read'; readonly to: number; readonly deed: Deed; readonly timeoutMs: number }
  | { readonly kind: 'abort'; readonly to: number; readonly deed: Deed }
  | { readonly kind: 'stop'; readonly to: number; readonly drainMs: number }
  | { readonly kind: 'kill'; readonly thread: number }
  | { readonly kind: 'turns'; readonly count: number }

const ACTS = [
  'return',
  'throw',
  'wait',
  'hang',
  'ask',
  'askAll',
  'tell',
  'offer',
  'read',
  'forward',
  'defer',
  'crash',
  'stop',
  'die',
] as const
/** The players to begin with. */
const FIRST: readonly Step[] = [
  ...[0, 1, 2, 3, 1, 2].map((at, i): Step => ({ kind: 'spawn', thread: at, capacity: 1000, policy: i % POLICIES.length })),
  { kind: 'pool', size: 3, route: 0 },
]
const COMMON = ['return', 'wait', 'ask', 'askAll', 'tell', 'offer', 'read', 'forward', 'defer'] as const

const { deed } = fc.letrec<{ deed: Deed; next: Deed | null }>((tie) => ({
  next: fc.option(tie('deed'), { maxDepth: 2, depthIdentifier: 'deed' }),
  deed: fc.record({
    act: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...COMMON) }, { weight: 1, arbitrary: fc.constantFrom(...ACTS) }),
    count: fc.integer({ min: 1, max: 5 }),
    to: fc.nat(9),
    next: tie('next'),
  }),
}))

const to = fc.nat(9)
const timeoutMs = fc.constantFrom(5, 50, LIMIT_MS)
const thread = fc.integer({ min: 1, max: THREADS })
const sends = fc.constantFrom('call' as const, 'call' as const, 'offer' as const, 'tell' as const, 'read' as const)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('spawn' as const),
      thread: fc.nat(THREADS),
      capacity: fc.constantFrom(1, 3, 1000),
      policy: fc.nat(POLICIES.length - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pool' as const), size: fc.integer({ min: 1, max: 4 }), route: fc.nat(3) }) },
  { weight: 14, arbitrary: fc.record({ kind: sends, to, deed, timeoutMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), to, deed }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), to, drainMs: fc.constantFrom(0, 50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), thread }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 20 }) }) },
)

/** The program of a seed: always the same. */
export function programOf(seed: number): readonly Step[] {
  return [...FIRST, ...(fc.sample(fc.array(step, { minLength: 60, maxLength: 90 }), { seed, numRuns: 1 })[0] ?? [])]
}

/** What hosts threads, and dies in a program; those that are counted from the end are the newest. */
interface Mortals {
  at(n: number): { terminate(): unknown } | undefined
}

/** Runs programs: every promise that it makes is in `waits`. */
export class Player0 {
  readonly waits: Promise<unknown>[] = []
  readonly #system: System
  readonly #mortals: Mortals
  readonly #hostOf: (thread: number) => Host
  readonly #players: Remote[] = []

  /** `hostOf` says where a player goes, to its thread if not given. */
  constructor(system: System, mortals: Mortals, hostOf: (thread: number) => Host = (thread) => ({ thread })) {
    this.#system = system
    this.#mortals = mortals
    this.#hostOf = hostOf
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#perform(one)
  }

  async #perform(one: Step): Promise<void> {
    switch (one.kind) {
      case 'spawn':
        return await this.#add(this.#spawn(one))
      case 'pool':
        return await this.#add(this.#system.pool(Player, { size: one.size, route: ROUTES[one.route] ?? 'idle', init: 0 }))
      case 'turns':
        for (let i = 0; i < one.count; i++) await new Promise<void>((resolve) => void setImmediate(resolve))
        return
      case 'kill':
        return void this.#mortals.at(-one.thread)?.terminate()
      default:
        if (this.#players.length > 0) this.#send(one, this.#players[one.to % this.#players.length] as Remote)
    }
  }

  #spawn({ thread: at, capacity, policy }: Extract<Step, { kind: 'spawn' }>): Promise<Remote> {
    const mailbox = { capacity, overflow: POLICIES[policy] ?? 'reject' }
    return this.#system.spawn(Player, { init: 0, host: this.#hostOf(at), mailbox })
  }

  /** A player on a thread that ends meanwhile is none. */
  async #add(player: Promise<Remote>): Promise<void> {
    try {
      this.#players.push(await player)
    } catch {
      // Its thread has ended.
    }
  }

  #send(one: Extract<Step, { readonly to: number }>, player: Remote): void {
    if (one.kind === 'stop') return this.#follow(player.$.stop({ drainMs: one.drainMs }))
    const others = this.#players.slice(-5)
    if (one.kind === 'abort') {
      const controller = new AbortController()
      this.#follow(player.$.with({ signal: controller.signal, timeoutMs: LIMIT_MS }).act(one.deed, others))
      setImmediate(() => controller.abort())
      return
    }
    const handle = player.$.with({ timeoutMs: one.timeoutMs })
    if (one.kind === 'tell') handle.$.tell.act(one.deed, others)
    else if (one.kind === 'offer') this.#follow(handle.$.offer.act(one.deed, others))
    else if (one.kind === 'call') this.#follow(handle.act(one.deed, others))
    else this.#follow(readAll(handle.items(one.deed.count * 50)))
  }

  #follow(wait: Promise<unknown>): void {
    this.waits.push(wait.catch(() => undefined))
  }
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
