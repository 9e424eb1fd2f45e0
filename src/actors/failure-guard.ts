import { isServiceFailure, type ServiceFailure } from '../base/failures.js'
import type { Contract } from './contract.js'
import type { DefinitionRecord } from './definition.js'
import type { FailureOf } from './facade/outcome.js'
import type { Carrier } from './remote-type.js'

type Failing<F, R, E> = Carrier<F, R, E> & { readonly kind: 'contract' | 'service' }

/**
 * Tells what went wrong: any failure of a call, a typed failure of a contract, or one of its codes. Failures made by another
 * copy of the package count.
 *
 * @example
 * ```ts
 * try {
 *   await math.multiply(2, 3)
 * } catch (error) {
 *   if (isFailure(error, MathApi, 'Overflow')) console.log(error.data.limit)
 *   else if (isFailure(error)) console.log(error.code, error.delivered)
 * }
 * ```
 */
export function isFailure<F, R, E, Code extends keyof E & string>(
  error: unknown,
  of: Failing<F, R, E>,
  code: Code,
): error is ServiceFailure<Code, E[Code]>
export function isFailure<F, R, E>(error: unknown, of: Failing<F, R, E>): error is FailureOf<E>
export function isFailure(error: unknown): error is ServiceFailure
export function isFailure(error: unknown, of?: unknown, code?: string): boolean {
  if (!isServiceFailure(error) || of === undefined) return isServiceFailure(error)
  if (code !== undefined && error.code !== code) return false
  return Object.hasOwn(contractOf(of)?.['~spec'].errors ?? {}, error.code)
}

function contractOf(of: unknown): Contract | undefined {
  const contract = of as Contract | DefinitionRecord
  return contract.kind === 'contract' ? contract : contract.contract
}
