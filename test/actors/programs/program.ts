/** Random programs: what is spawned, asked, read and stopped, and when. */

import fc from 'fast-check'
import type { Priority } from '../../../src/actors/remote-type.js'
import { ACTS, type Deed } from './deeds.js'

/** How a message of a program is sent. */
export interface Manner {
  readonly to: number
  readonly deed: Deed
  readonly timeoutMs: number
  /** Below 0 never. */
  readonly abortMs: number
  readonly priority: Priority
}

export interface Spawn {
  readonly kind: 'spawn'
  /** One of the services, a pool of them, or a light actor. */
  readonly as: 'service' | 'light' | 'pool'
  readonly which: number
  readonly capacity: number
  readonly overflow: number
}

/** Reads so many items of a stream; what is left then is closed, or forgotten. */
export interface Read extends Manner {
  readonly kind: 'read'
  readonly items: number
  readonly read: number
  readonly leaves: 'closes' | 'forgets' | 'reads ahead'
}

export type Send = Manner & { readonly kind: 'call' | 'offer' | 'tell' }
export type Step = Spawn | Send | Read | { readonly kind: 'stop'; readonly to: number; readonly drainMs: number } | Advance

export interface Advance {
  readonly kind: 'advance'
  readonly ms: number
}

const PLAIN = ACTS.filter((act) => act !== 'nested')

const { deed } = fc.letrec<{ deed: Deed; next: Deed | null }>((tie) => ({
  next: fc.option(tie('deed'), { maxDepth: 2, depthIdentifier: 'deed' }),
  deed: fc.record({
    act: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('return', 'wait', 'nested') },
      { weight: 5, arbitrary: fc.constantFrom(...PLAIN) },
    ),
    ms: fc.integer({ min: 0, max: 60 }),
    other: fc.nat(5),
    next: tie('next'),
  }),
}))

const manner = {
  to: fc.nat(5),
  deed,
  timeoutMs: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(0, 5000, Number.POSITIVE_INFINITY)),
  abortMs: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }) }),
  priority: fc.constantFrom<Priority>('normal', 'normal', 'high', 'low'),
}

const spawn = fc.record({
  kind: fc.constant('spawn' as const),
  as: fc.constantFrom<Spawn['as']>('service', 'service', 'light', 'pool'),
  which: fc.nat(3),
  capacity: fc.constantFrom(1, 2, 100),
  overflow: fc.nat(3),
})

const read = fc.record({
  kind: fc.constant('read' as const),
  ...manner,
  items: fc.constantFrom(0, 1, 5, 200),
  read: fc.constantFrom(0, 1, 3, 70, 1000),
  leaves: fc.constantFrom<Read['leaves']>('closes', 'forgets', 'reads ahead'),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: spawn },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom<Send['kind']>('call', 'call', 'offer', 'tell'), ...manner }) },
  { weight: 3, arbitrary: read },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), to: fc.nat(5), drainMs: fc.constantFrom(0, 0, 40) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40 }) }) },
)

const first: Step = { kind: 'spawn', as: 'service', which: 0, capacity: 2, overflow: 3 }

export const program: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 3, maxLength: 40 }).map((steps) => [first, ...steps])
