/** Why one process will not talk with another, as both are told and `connection` events say. */
export type RefusalReason = 'group' | 'secret' | 'version' | 'duplicate' | 'self' | 'authorise' | 'identity' | 'timeout'

/** By their numbers on the wire; 0 is no refusal. */
const REASONS: readonly RefusalReason[] = ['group', 'secret', 'version', 'duplicate', 'self', 'authorise', 'identity', 'timeout']

export function refusalNumber(reason: RefusalReason | undefined): number {
  return reason === undefined ? 0 : REASONS.indexOf(reason) + 1
}

/** `undefined` for 0; a number that this version does not know counts as a refusal to authorise. */
export function refusalOf(number: number): RefusalReason | undefined {
  return number === 0 ? undefined : (REASONS[number - 1] ?? 'authorise')
}
