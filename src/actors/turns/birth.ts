import { offAbort, onAbort } from '../../base/abort-signal.js'
import { RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { DefinitionOptions, LightSpawnOptions, Mailbox, SpawnOptions, Supervision, SupervisionSettings } from '../actor-options.js'
import type { DefinitionRecord } from '../definition.js'
import { Alarm } from '../kernel/alarm.js'
import type { Cell, CellSpec } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { DEFAULT_MAILBOX, DEFAULT_SUPERVISION } from '../options.js'
import { encodingFailure } from './failing.js'
import { stopCell } from './stopping.js'

const specs = new WeakMap<Core, WeakMap<DefinitionRecord, CellSpec>>()

/** What cells of a definition have in common; shared by all that say nothing else. */
export function specFor(
  core: Core,
  definition: DefinitionRecord,
  options: SpawnOptions = {},
  registered = definition.kind === 'service',
): CellSpec {
  const { name, audience, groups, mailbox, supervision } = options
  const plain = registered === (definition.kind === 'service')
  if (
    !plain ||
    name !== undefined ||
    audience !== undefined ||
    groups !== undefined ||
    mailbox !== undefined ||
    supervision !== undefined
  ) {
    return makeSpec(core, definition, options, registered)
  }
  const known = specs.get(core) ?? new WeakMap<DefinitionRecord, CellSpec>()
  const spec = known.get(definition) ?? makeSpec(core, definition, options, registered)
  specs.set(core, known.set(definition, spec))
  return spec
}

function makeSpec(core: Core, definition: DefinitionRecord, options: SpawnOptions, registered: boolean): CellSpec {
  const own: DefinitionOptions = definition.options
  const { authorise, around } = own
  return {
    definition,
    name: options.name ?? definition.name,
    audience: options.audience ?? own.audience ?? core.options.audience,
    groups: Object.freeze([...new Set(options.groups ?? own.groups)]),
    mailbox: mailboxOf(own.mailbox, options.mailbox),
    supervision: supervisionOf(own.supervision, options.supervision),
    copies: !definition.light,
    registered,
    visible: own.visibility !== 'hidden',
    concurrency: own.concurrency ?? 1,
    guards: authorise === undefined && around === undefined ? null : { authorise, around },
    streams: null,
  }
}

function mailboxOf(...given: readonly (Mailbox | undefined)[]): Required<Mailbox> {
  return Object.assign({}, DEFAULT_MAILBOX, ...given) as Required<Mailbox>
}

export function supervisionOf(...given: readonly (Supervision | undefined)[]): SupervisionSettings {
  const merged = Object.assign({}, DEFAULT_SUPERVISION, ...given) as SupervisionSettings
  const backoff = Object.assign({}, DEFAULT_SUPERVISION.backoff, ...given.map((one) => one?.backoff)) as SupervisionSettings['backoff']
  const budget = Object.assign({}, DEFAULT_SUPERVISION.budget, ...given.map((one) => one?.budget)) as SupervisionSettings['budget']
  return { ...merged, backoff, budget }
}

/** What the spawner gave, copied once, so that later changes to it reach nobody. */
export function pristine(core: Core, parent: Cell, init: unknown): unknown {
  if (init === undefined || (typeof init !== 'object' && typeof init !== 'function' && typeof init !== 'symbol')) return init
  core.receiver = parent
  try {
    return core.copy(init, 'init')
  } catch (error) {
    throw encodingFailure(error)
  }
}

/**
 * A light actor: there at once, its setup is its first turn.
 *
 * @throws RequestEncodingError
 */
export function bearLight(core: Core, definition: DefinitionRecord, options: LightSpawnOptions, parent: Cell): Cell {
  const cell = core.newCell(specFor(core, definition, options), parent, pristine(core, parent, options.init))
  core.dispatcher.scheduleYoung(cell)
  return cell
}

/** How an actor comes to be. */
export interface Birth {
  readonly parent: Cell
  /** As its kind says unless given. */
  readonly registered?: boolean
  /** Of one that lived on another thread before. */
  readonly id?: ActorId | undefined
  readonly supervisor?: ThreadKey | null
}

/** A service or named actor of this thread; resolves when its setup has ended and it is visible. */
export function bear(
  core: Core,
  definition: DefinitionRecord,
  options: SpawnOptions,
  { parent, registered, id, supervisor }: Birth,
): Promise<Cell> {
  return new Promise((resolve, reject) => {
    const spec = specFor(core, definition, options, registered ?? definition.kind === 'service')
    const cell = core.newCell(spec, parent, pristine(core, parent, options.init))
    cell.supervisor = supervisor ?? null
    if (id !== undefined) core.giveId(cell, id)
    core.address(cell)
    if (parent.routing !== null) cell.publishesAs = parent
    const unlimit = limitSpawn(core, cell.name, options, endStart(core, cell, reject))
    cell.onStart = {
      started() {
        unlimit()
        resolve(cell)
      },
      failed(error) {
        unlimit()
        reject(error)
      },
    }
    core.dispatcher.schedule(cell)
  })
}

/** Stops a start that is given up. */
function endStart(core: Core, cell: Cell, reject: (error: unknown) => void): (error: ServiceFailure) => void {
  return (error) => {
    cell.onStart = null
    reject(error)
    void stopCell(core, cell, 'stopped')
  }
}

/** Gives up a spawn that takes too long or is no longer wanted; returns how to take the limits away. */
export function limitSpawn(core: Core, name: string, options: SpawnOptions, giveUp: (error: ServiceFailure) => void): () => void {
  const { timeoutMs, signal } = options
  const what = `spawn of "${name}"`
  const end = (error: ServiceFailure): void => {
    done()
    giveUp(error)
  }
  const giveUpNow = (): void => end(new RequestAborted({ details: `${what} was aborted`, cause: signal?.reason, delivered: 'no' }))
  const alarm = new Alarm(() => end(new RequestTimeout({ details: `${what} did not finish within ${timeoutMs} ms`, delivered: 'maybe' })))
  const done = (): void => {
    core.deadlines.remove(alarm)
    if (signal !== undefined) offAbort(signal, giveUpNow)
  }
  if (signal?.aborted === true) queueAbort(giveUpNow)
  else if (signal !== undefined) onAbort(signal, giveUpNow)
  if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) core.deadlines.after(alarm, timeoutMs)
  return done
}

function queueAbort(onAbort: () => void): void {
  void Promise.resolve().then(onAbort)
}
