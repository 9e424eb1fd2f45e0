import type { LogChange, LogDelta, Regrouping, Removal } from './log-update.js'
import type { RecordList } from './record-list.js'
import { recordOf, type ServiceRecord } from './service-record.js'

/** A step of a log from one state to the next, at the number of the change it comes from. */
export type Step = { readonly at: number } & (
  | { readonly kind: 'gone'; readonly removal: Removal }
  | { readonly kind: 'came'; readonly record: ServiceRecord }
  | { readonly kind: 'moved'; readonly to: Regrouping }
)

/** The step that a change is, or why it is none. */
export function stepOf(change: LogChange, records: RecordList): Step | string {
  const { number: at } = change
  if (change.kind === 'available') return { at, kind: 'came', record: recordOf(change.service, { created: at, changed: at }, records.last) }
  const { created } = change
  const record = records.get(created)
  if (record === undefined) return `change ${at} is of service ${created}, which is not there`
  if (change.kind === 'withdrawn') return { at, kind: 'gone', removal: { number: at, created, reason: change.reason } }
  const isIn = record.groups.includes(change.group)
  if (isIn === (change.kind === 'joined')) return `change ${at} has service ${created} ${isIn ? 'join' : 'leave'} a group twice`
  const groups = isIn ? record.groups.filter((group) => group !== change.group) : [...record.groups, change.group]
  return { at, kind: 'moved', to: { created, changed: at, groups } }
}

/** The steps of a delta that follow a number, in the order of what they come from; or why they cannot be taken. */
export function stepsOf(delta: LogDelta, number: number, records: RecordList): readonly Step[] | string {
  const steps = allStepsOf(delta, number)
    .filter(({ at }) => at > number)
    .sort((one, other) => one.at - other.at)
  for (const step of steps) {
    const created = createdIn(step)
    const isKnown = step.kind === 'came' || records.get(created) !== undefined
    // What came and went since is told as a removal of something that was never heard of.
    if (!isKnown && !(step.kind === 'gone' && created > number)) return `change ${step.at} is of service ${created}, which is not there`
  }
  return steps
}

function allStepsOf({ removed, records, regrouped }: LogDelta, number: number): Step[] {
  return [
    ...removed.map((removal): Step => ({ at: removal.number, kind: 'gone', removal })),
    ...records.map(
      (record): Step =>
        record.created > number ? { at: record.created, kind: 'came', record } : { at: record.changed, kind: 'moved', to: record },
    ),
    ...regrouped.map((to): Step => ({ at: to.changed, kind: 'moved', to })),
  ]
}

function createdIn(step: Step): number {
  if (step.kind === 'gone') return step.removal.created
  return step.kind === 'came' ? step.record.created : step.to.created
}
