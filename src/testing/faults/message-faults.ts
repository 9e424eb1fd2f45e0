import { turnEnded } from '../../actors/kernel/call.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { Envelope } from '../../actors/kernel/message.js'
import type { Intercept } from '../../actors/kernel/ports.js'
import type { Told } from '../../actors/remote-type.js'
import { admit } from '../../actors/turns/admission.js'
import { ownCopy } from '../../actors/values/copying.js'
import { Delay } from './delay.js'

/** What is to become of the next messages to one actor. */
class Plan {
  drops = 0
  duplicates = 0
  delays = 0
  delayMs = 0

  drop(times: number): void {
    this.drops += times
  }

  duplicate(times: number): void {
    this.duplicates += times
  }

  delay(ms: number, times: number): void {
    this.delayMs = ms
    this.delays += times
  }
}

/** Drops, delays and duplicates messages on their way to actors. */
export class MessageFaults {
  /** By id: an actor that comes back on another thread has its faults there. */
  readonly #plans = new Map<string, Plan>()
  readonly #delays = new Map<Cell, Delay>()
  /** A message goes on that was dealt with. */
  #passing = false

  /** Messages that are delayed in threads that live. */
  get held(): number {
    return [...this.#delays.values()].reduce((sum, { size }) => sum + size, 0)
  }

  of(id: string): Plan {
    const plan = this.#plans.get(id) ?? new Plan()
    this.#plans.set(id, plan)
    return plan
  }

  readonly intercept: Intercept = (cell, envelope) => {
    const core = cell.home as Core
    const plan = this.#passing || envelope.own !== null ? undefined : this.#plans.get(cell.id)
    if (plan === undefined) return null
    if (take(plan, 'drops')) return drop(core, cell, envelope)
    const copy = envelope.kind !== 'stream' && take(plan, 'duplicates') ? copyOf(core, cell, envelope) : null
    const told = this.#goOn(cell, envelope, plan)
    if (copy !== null) this.#goOn(cell, copy, plan)
    return told
  }

  #goOn(cell: Cell, envelope: Envelope, plan: Plan): Told {
    const core = cell.home as Core
    const delayMs = take(plan, 'delays') ? plan.delayMs : 0
    const known = this.#delays.get(cell)
    if (known === undefined && delayMs === 0) return this.#letIn(core, cell, envelope)
    const delay = known ?? new Delay(core, cell, { letIn: (late) => this.#letIn(core, cell, late), over: () => this.#delays.delete(cell) })
    this.#delays.set(cell, delay)
    delay.hold(envelope, delayMs)
    return 'accepted'
  }

  #letIn(core: Core, cell: Cell, envelope: Envelope): Told {
    this.#passing = true
    try {
      return admit(core, cell, envelope)
    } finally {
      this.#passing = false
    }
  }
}

function take(plan: Plan, what: 'drops' | 'duplicates' | 'delays'): boolean {
  if (plan[what] <= 0) return false
  plan[what]--
  return true
}

/** Nobody hears of it: a call ends by its deadline. */
function drop(core: Core, cell: Cell, { post, args, call }: Envelope): Told {
  core.counters.dropped('link-lost')
  core.letters.add('link-lost', { post, args, target: cell })
  if (call !== null) turnEnded(call)
  return 'accepted'
}

/** The same message once more, which nobody waits for. */
function copyOf(core: Core, cell: Cell, { post, args }: Envelope): Envelope {
  core.receiver = cell
  const copied = ownCopy(core, args, 'args', core.values) as readonly unknown[]
  core.counters.sent()
  return new Envelope(post.as('tell', post.method), copied, null)
}
