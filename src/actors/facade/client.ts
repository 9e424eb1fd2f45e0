import type { ContractSpec } from '../contract.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { Wanted } from '../kernel/visibility.js'
import type { CallOptions } from '../remote-type.js'
import type { Select } from '../self-type.js'
import { StreamReader } from '../streams/stream-reader.js'
import { deadSelf } from '../turns/failing.js'
import { type Route, request, tell } from '../turns/sending.js'
import { postFor } from './call-options.js'
import { find } from './finding.js'
import { decideSelection } from './selection.js'
import { printWanted } from './wanted.js'

/** Everything a client of a name stands on: it leads to no actor until it is called. */
export interface ClientParts {
  readonly core: Core
  readonly life: Life
  readonly wanted: Wanted
  readonly select: Select
  readonly contract: ContractSpec | null
  readonly options: CallOptions | null
  /** Calls so far, of all remotes made from this client. */
  readonly turns: { count: number }
}

type Args = readonly unknown[]
type Bound = (...args: Args) => unknown
type Unaimed = Omit<Route, 'target'>

/** A method of a client: each call picks among the services that are visible then. */
export function clientMethod(parts: ClientParts, manner: 'call' | 'tell' | 'offer', method: string, receive: Route['receive']): Bound {
  const { core, life, contract, options } = parts
  const spec = contract?.methods[method]
  const timeoutMs = spec?.timeoutMs ?? core.options.timeoutMs
  const streams = manner === 'call' && spec?.kind === 'stream'
  const post = postFor(streams ? 'stream' : manner, life.cell, method, { options })
  const route: Unaimed = { core, life, post, timeoutMs, options, receive }
  if (manner === 'tell') return (...args) => tellOne(parts, route, args)
  if (streams) return (...args) => readOne(parts, route, args)
  return (...args) => {
    if (life.dead) return Promise.reject(deadSelf(life.cell))
    const target = choose(parts)
    return target === undefined ? requestLater(parts, route, args) : request({ ...route, target }, args)
  }
}

function choose({ core, wanted, select, turns }: ClientParts): Target | undefined {
  if (select === 'first') return core.directory.find(wanted)
  const all = core.directory.findAll(wanted)
  const ids = all.map(({ id }) => id)
  return all[decideSelection(select, ids, turns.count++, core.world.random)]
}

function tellOne(parts: ClientParts, route: Unaimed, args: Args): unknown {
  const { life, core } = parts
  if (life.dead) throw deadSelf(life.cell)
  const target = choose(parts)
  if (target !== undefined) return tell({ ...route, target }, args)
  core.counters.sent()
  core.counters.dropped('unavailable')
  return 'unavailable'
}

/** Waits for a service within the deadline of the call. */
async function requestLater(parts: ClientParts, route: Unaimed, args: Args): Promise<unknown> {
  const { core, options } = parts
  const timeoutMs = options?.timeoutMs ?? route.timeoutMs
  const started = core.world.clock.now()
  const target = await arrival(parts, timeoutMs)
  const leftMs = Math.max(1, timeoutMs - (core.world.clock.now() - started))
  return await request({ ...route, target, options: { ...options, timeoutMs: leftMs } }, args)
}

/** The request leaves, and picks, when somebody reads. */
async function* readOne(parts: ClientParts, route: Unaimed, args: Args): AsyncGenerator<unknown, undefined> {
  if (parts.life.dead) throw deadSelf(parts.life.cell)
  const target = choose(parts) ?? (await arrival(parts, parts.options?.timeoutMs ?? route.timeoutMs))
  yield* new StreamReader({ ...route, target }, args)
  return undefined
}

async function arrival(parts: ClientParts, timeoutMs: number): Promise<Target> {
  const { core, life, wanted, options } = parts
  const action = `client of ${printWanted(wanted)}`
  const first = await find({ core, life, wanted, timeoutMs, signal: options?.signal, detached: options?.detached === true, action })
  return choose(parts) ?? first
}
