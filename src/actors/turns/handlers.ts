import { RequestRefused, ServiceFailure } from '../../base/failures.js'
import type { Around, Authorise } from '../actor-options.js'
import type { MethodSpec } from '../contract.js'
import { knowing } from '../facade/remote.js'
import type { Cell, Handler } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Envelope } from '../kernel/message.js'
import { hasTurn } from './context.js'
import { nameOf } from './failing.js'
import { checkCount, checkSchemas, findHandler, methodUnavailable, specOf } from './methods.js'

/** The handler of a request, or why it will not be run. */
export function handlerFor(core: Core, cell: Cell, envelope: Envelope): Handler | ServiceFailure {
  const { guards } = cell.spec
  if (guards === null) return plainHandler(core, cell, envelope)
  const { authorise, around } = guards
  const refusal = authorise === undefined ? null : refusedBy(core, cell, envelope, authorise)
  if (refusal !== null) return refusal
  return around === undefined ? plainHandler(core, cell, envelope) : wrapped(core, cell, envelope, around)
}

function plainHandler(core: Core, cell: Cell, envelope: Envelope): Handler | ServiceFailure {
  const { method } = envelope.post
  const handler = cell.methods === null ? undefined : findHandler(cell.methods, method)
  if (handler === undefined) return methodUnavailable(cell, method)
  const spec = specOf(cell, method)
  if (spec === undefined) return handler
  const { args } = envelope
  const refusal =
    checkCount(spec, cell, method, args.length) ?? (checksSchemas(core, envelope) ? checkSchemas(spec, cell, method, args) : null)
  if (refusal !== null) return refusal
  if (spec.takes !== null) envelope.args = taken(args, spec.takes)
  return handler
}

/** Remotes that arrived without a contract go by the one that the method takes. */
function taken(args: readonly unknown[], contracts: NonNullable<MethodSpec['takes']>): readonly unknown[] {
  return args.map((arg, i) => {
    const contract = contracts[i] ?? null
    return contract === null ? arg : knowing(arg, contract)
  })
}

function checksSchemas(core: Core, envelope: Envelope): boolean {
  const { validate } = core.options
  return validate === 'always' || (envelope.post.untrusted && validate === 'boundary')
}

/** Only `true` is a yes: what throws while it decides has not said it, nor has a promise. */
function refusedBy(core: Core, cell: Cell, envelope: Envelope, authorise: Authorise): ServiceFailure | null {
  const { method } = envelope.post
  const details = `authorise of ${nameOf(cell)} refused ${method}()`
  try {
    const answer: unknown = authorise(core.viewOf(cell, envelope), method)
    if (answer === true) return null
    if (answer instanceof Promise) notAtOnce(core, cell, answer)
    return new RequestRefused({ details, origin: cell.name })
  } catch (error) {
    core.world.log.error(`authorise of ${nameOf(cell)} failed; ${method}() is refused`, { error })
    return new RequestRefused({ details, origin: cell.name })
  }
}

/** Who decides later refuses everybody, which is worth a word. */
function notAtOnce(core: Core, cell: Cell, answer: Promise<unknown>): void {
  answer.catch(() => undefined)
  core.world.log.error(`authorise of ${nameOf(cell)} returned a promise, which is no yes; decide at once, or in the method`)
}

const refusals = new WeakMap<object, Envelope>()

/** What `next` threw instead of running a method, if `around` let it through: the same failure as without `around`. */
export function asRefusal(envelope: Envelope, thrown: unknown): ServiceFailure | null {
  return thrown instanceof ServiceFailure && refusals.get(thrown) === envelope ? thrown : null
}

/** `around` sees every call, those of unknown methods too; `next` runs the method. */
function wrapped(core: Core, cell: Cell, envelope: Envelope, around: Around): Handler {
  return () => {
    const { args } = envelope
    const call = { method: envelope.post.method, args, request: core.viewOf(cell, envelope) }
    return around(call, () => {
      if (!hasTurn(cell, envelope)) throw new Error(`next() of ${call.method}(): its turn has ended; call it before around has settled`)
      const handler = plainHandler(core, cell, envelope)
      if (typeof handler === 'function') return handler.apply(cell.methods, envelope.args as unknown[])
      refusals.set(handler, envelope)
      throw handler
    })
  }
}
