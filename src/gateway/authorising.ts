import { checkCallOptions } from '../actors/facade/call-options.js'
import { within } from '../actors/kernel/alarm.js'
import type { Core } from '../actors/kernel/core.js'
import type { Question } from './http/question.js'

/** What methods find in `self.request.properties`. */
export type Properties = Readonly<Record<string, string>>

/**
 * Decides who may call. It is shown method, URL and headers of the request, not its body, and answers `false`, `true`, or what methods
 * are to find in `self.request.properties`: `{ user: 'ada' }`. No answer within 5 s is a refusal.
 */
export type Authorise = (request: Request) => boolean | Properties | Promise<boolean | Properties>

/** How long a gate may take. */
export const GATE_LIMIT_MS = 5000

/**
 * What a caller has who has passed a gate, besides what it had before; `undefined` when the gate refuses.
 *
 * @throws what the gate throws; TypeError when it answers with something else
 */
export async function pass(
  core: Core,
  question: Pick<Question, 'toRequest'>,
  gate: Authorise,
  before: Properties,
): Promise<Properties | undefined> {
  const answer = await within(core, Promise.resolve(gate(question.toRequest())), GATE_LIMIT_MS)
  return answer === 'late' || answer === false ? undefined : { ...before, ...checkProperties(answer) }
}

/** @throws TypeError for what is no answer, and for more properties than a call may have */
function checkProperties(answer: unknown): Properties {
  if (answer === true) return {}
  // What a function answers that forgot to must not let anybody in.
  if (answer === undefined) throw new TypeError('authorise(): it answered undefined; answer true, false, or an object of strings')
  return checkCallOptions({ properties: answer }, 'authorise()').properties ?? {}
}
