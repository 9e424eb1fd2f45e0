import { type ServiceFailure, ServiceUnavailable } from '../../base/failures.js'
import type { Select } from '../agent-type.js'
import type { ContractSpec } from '../contract.js'
import { postFor } from '../facade/call-options.js'
import { Call } from '../kernel/call.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { takesMessages } from '../kernel/lifecycle.js'
import type { Target } from '../kernel/ports.js'
import type { Wanted } from '../kernel/visibility.js'
import type { CallOptions, Told } from '../remote-type.js'
import { StreamReader } from '../streams/stream-reader.js'
import { deadSelf, encodingFailure } from '../turns/failing.js'
import { isolate, isPrimitive, type Route, request, type Sending, send, tell } from '../turns/sending.js'
import { settleFailure } from '../turns/settling.js'
import { awaitVisible, find, findNow, partyOf } from './search.js'
import { decideSelection } from './selection.js'
import { printWanted } from './wanted.js'

/** Calls of one client that may wait for a service at a time; more are refused. */
const MAX_WAITING = 10_000

type Args = readonly unknown[]

/** What is called without being one actor: each call goes to one of those that are visible then. */
export class Client {
  readonly wanted: Wanted
  readonly #core: Core
  readonly #select: Select
  #turn = 0
  #waiting = 0

  constructor(core: Core, wanted: Wanted, select: Select) {
    this.#core = core
    this.wanted = wanted
    this.#select = select
  }

  /** One that takes messages now; `undefined` when there is none. `turn`: of those that take turns, whose it is. */
  pick(turn?: number): Target | undefined {
    if (this.wanted.id !== undefined) return findNow(this.#core, this.wanted)
    if (this.#select === 'first') {
      const first = this.#core.directory.find(this.wanted)
      if (first === undefined || isThere(first)) return first
    }
    const there = this.#core.directory.findAll(this.wanted).filter(isThere)
    return there[decideSelection(this.#select, there, turn ?? this.#turn++, this.#core.world.random)]
  }

  /** Lets a call wait for the first that becomes visible. */
  wait(call: Call, sending: Sending, found: (target: Target) => void): void {
    const { wanted } = this
    const { reject } = call
    if (this.#waiting >= MAX_WAITING) return void settleFailure(this.#core, call, crowded(wanted))
    this.#waiting++
    call.reject = (failure) => {
      this.#waiting--
      reject?.(failure)
    }
    awaitVisible(call, { wanted, sending, action: call.label }, (target) => {
      this.#waiting--
      call.reject = reject
      found(target)
    })
  }
}

/** Whether it takes messages now. */
export function isThere(target: Target): boolean {
  return target.far ? target.gone === null : takesMessages(target.state)
}

function crowded(wanted: Wanted): ServiceUnavailable {
  const details = `${printWanted(wanted)} is not visible, and ${MAX_WAITING} calls of this client wait for it already; spawn it, or call less`
  return new ServiceUnavailable({ details })
}

/** Asks whoever is visible; when nobody is, who becomes visible first, within the deadline. */
export function ask(client: Client, sending: Sending, args: Args, turn?: number): Promise<unknown> {
  const target = client.pick(turn)
  return target === undefined ? askLater(client, sending, args) : request({ ...sending, target }, args)
}

function askLater(client: Client, sending: Sending, args: Args): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { core, post, options, timeoutMs, receive } = sending
    const call = new Call(core, partyOf(client.wanted), post.method, options?.timeoutMs ?? timeoutMs)
    call.resolve = receive === undefined ? resolve : (value) => resolve(receive(value))
    call.reject = reject
    core.retain()
    try {
      const own = keptArgs(sending, args)
      client.wait(call, sending, (target) => {
        call.target = target
        send(call, { ...sending, target }, own)
      })
    } catch (error) {
      settleFailure(core, call, encodingFailure(error) as ServiceFailure)
    }
  })
}

/** What is sent later is what was there when it was asked for. */
function keptArgs({ core, life }: Sending, args: Args): Args {
  return args.every(isPrimitive) ? args : (isolate(core, life.cell, true, args, 'args') as Args)
}

/** Everything a client of one actor stands on. */
export interface ClientParts {
  readonly core: Core
  /** Whose client it is. */
  readonly life: Life
  readonly client: Client
  readonly contract: ContractSpec | null
  readonly options: CallOptions | null
}

type Bound = (...args: Args) => unknown

/** A method of a client. `receive`: what is made of a result. */
export function clientMethod(parts: ClientParts, manner: 'call' | 'tell' | 'offer', method: string, receive: Route['receive']): Bound {
  const { core, life, client, contract, options } = parts
  const spec = contract?.methods[method]
  const streams = manner === 'call' && spec?.kind === 'stream'
  const post = postFor(streams ? 'stream' : manner, life.cell, method, { options })
  const sending: Sending = { core, life, post, timeoutMs: spec?.timeoutMs ?? core.options.timeoutMs, options, receive }
  if (streams) return (...args) => readOne(client, sending, args)
  if (manner !== 'tell') return (...args) => (life.dead ? Promise.reject(deadSelf(life.cell)) : ask(client, sending, args))
  return (...args) => {
    if (life.dead) throw deadSelf(life.cell)
    return tellAny(client, sending, args)
  }
}

/** A stream: the request leaves, and picks, when somebody reads. */
async function* readOne(client: Client, sending: Sending, args: Args): AsyncGenerator<unknown, undefined> {
  if (sending.life.dead) throw deadSelf(sending.life.cell)
  const action = `client of ${printWanted(client.wanted)}`
  const target = client.pick() ?? (await find({ wanted: client.wanted, sending, action }))
  yield* new StreamReader({ ...sending, target }, args)
  return undefined
}

function tellAny(client: Client, sending: Sending, args: Args): Told {
  const target = client.pick()
  if (target !== undefined) return tell({ ...sending, target }, args)
  sending.core.counters.sent()
  sending.core.counters.dropped('unavailable')
  sending.core.letters.add('unavailable', { post: sending.post, args, target: partyOf(client.wanted) })
  return 'unavailable'
}
