import { type ActorId, slotOf, type ThreadKey } from '../../base/ids.js'
import { DecodeError } from '../../codec/errors.js'
import type { References } from '../../codec/references.js'
import { Refusal } from '../../codec/refusal.js'
import { findDefinition } from '../definition.js'
import { type ActorFacts, Binding, factsOf } from '../kernel/binding.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import { FarActor } from '../kernel/target.js'
import { factsOfTarget } from './facts.js'
import { createRemote, isRemote, partsOf, type RemoteParts } from './remote.js'

/** What travels for a Remote or a binding: facts, and the definition whose contract types its calls. */
type ReferenceRecord = readonly [
  id: string,
  name: string,
  audience: string,
  groups: readonly string[],
  process: string,
  thread: string,
  cell: number,
  definition: string,
  streams: readonly string[] | null,
  supervisor: string | null,
]

/** How Remotes and bindings of this thread travel; they arrive as Remotes of `core.receiver`. */
export function remoteReferences(core: Core): References {
  return {
    is: isReference,
    write: (value) => recordOf(core, value),
    read: (record) => remoteFrom(core, record),
    rewrap: (value) => rewrap(core, value),
  }
}

/** Whether a value stands for an actor, or would. */
export function isReference(value: object): boolean {
  return isRemote(value) || isBinding(value)
}

function isBinding(value: object): boolean {
  return value instanceof Binding
}

/** @throws Refusal for a client, which leads to no one actor */
function actorParts(value: object): RemoteParts | undefined {
  const parts = partsOf(value)
  if (parts !== undefined || isBinding(value)) return parts
  throw new Refusal('is a client of a name, which cannot be sent; send the name, or a Remote from lookup()')
}

function rewrap(core: Core, value: object): object {
  const parts = actorParts(value)
  const { life } = core.receiver
  if (parts === undefined)
    return createRemote({ core, life, target: targetOf(core, factsOf(value as Binding)), contract: null, options: null })
  if (parts.life === life && parts.options === null) return value
  const last = partsOf(life.lastRemote)
  if (last !== undefined && last.target === parts.target && (parts.contract === null || last.contract === parts.contract))
    return life.lastRemote as object
  life.lastRemote = createRemote({ core, life, target: parts.target, contract: parts.contract, options: null })
  return life.lastRemote
}

function recordOf(core: Core, value: object): ReferenceRecord {
  const target = actorParts(value)?.target
  const facts = target === undefined ? factsOf(value as Binding) : factsOfTarget(core, target)
  const definition = target !== undefined && !target.far ? (target.spec.definition.key ?? '') : ''
  const { id, name, audience, groups, process, thread, cell, streams, supervisor } = facts
  return [id, name, audience, groups, process, thread, cell, definition, streams, supervisor]
}

function remoteFrom(core: Core, record: unknown): object {
  const [id, name, audience, groups, process, thread, cell, definition, streams, supervisor] = checkRecord(record)
  const place = { process, thread: thread as ThreadKey, cell, supervisor: supervisor as ThreadKey | null }
  const facts: ActorFacts = { id: id as ActorId, name, audience, groups, streams, ...place }
  const contract = findDefinition(definition)?.contract?.['~spec'] ?? null
  return createRemote({ core, life: core.receiver.life, target: targetOf(core, facts), contract, options: null })
}

/** The actor that facts speak of: a cell of this thread, or the one object that stands for a far one. */
export function targetOf(core: Core, facts: ActorFacts): Target {
  const restarted = core.restarted(facts.id)
  if (restarted !== undefined) return restarted
  if (facts.thread !== core.options.thread || facts.process !== core.options.process) return core.far(facts)
  const cell = core.cells.get(facts.cell)
  if (cell !== undefined) return cell
  const gone = new FarActor({ ...facts, supervisor: null })
  gone.markGone('stopped')
  return gone
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function checkRecord(record: unknown): ReferenceRecord {
  const wellFormed =
    Array.isArray(record) &&
    record.length === 10 &&
    [0, 1, 2, 4, 5, 7].every((i) => typeof record[i] === 'string') &&
    isTexts(record[3]) &&
    (record[8] === null || isTexts(record[8])) &&
    (record[9] === null || typeof record[9] === 'string') &&
    Number.isInteger(record[6]) &&
    Number.isInteger(slotOf(record[5] as ThreadKey))
  if (!wellFormed) throw new DecodeError('a reference to an actor is garbled')
  return record as unknown as ReferenceRecord
}
