/** What a contract makes of Standard Schemas: the types they stand for, and the checks that run on them. */

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ParameterIssue } from '../base/failures.js'
import { quote } from './quote.js'

/** A schema of any library that follows standardschema.dev: zod, valibot, arktype and others. */
export type Schema<Input = unknown, Output = unknown> = StandardSchemaV1<Input, Output>

/** The type of the values that a schema accepts. */
export type Out<S> = S extends Schema<infer _Input, infer Output> ? Output : never

type Changes = 'This schema changes the value (transform, default, coerce, brand): a contract checks values and never changes them'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** The schema itself when its input and output are one type, else a sentence that says why it is refused. */
export type Steady<S> = S extends Schema<infer Input, infer Output> ? (Same<Input, Output> extends true ? S : Changes) : S

/** `Steady` for each schema of a tuple or table. */
export type SteadyEach<T> = { [K in keyof T]: Steady<T[K]> }

type OutEach<A extends readonly unknown[]> = { -readonly [K in keyof A]: Out<A[K]> }

/** The parameters that positional schemas stand for: trailing ones that accept `undefined` may be left out. */
export type Params<A extends readonly unknown[]> = number extends A['length']
  ? OutEach<A>
  : A extends readonly [...infer Init, infer Last]
    ? undefined extends Out<Last>
      ? [...Params<Init>, Out<Last>?]
      : OutEach<A>
    : []

/** Tells whether a value has what Standard Schema asks for; arktype's schemas are functions. */
function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { readonly '~standard'?: unknown })['~standard']
  return typeof standard === 'object' && standard !== null && typeof (standard as { validate?: unknown }).validate === 'function'
}

/** Returns a Standard Schema; a TypeError that begins with `what` says otherwise. */
export function checkSchema(value: unknown, what: string): Schema {
  if (isSchema(value)) return value
  throw new TypeError(`${what} is ${quote(value)}; give a Standard Schema, such as z.string()`)
}

const NONE: readonly ParameterIssue[] = Object.freeze([])

/**
 * What is wrong with a value; an empty list when nothing is.
 *
 * - **Errors**: TypeError when the schema answers with a promise; what else `validate` throws comes through.
 * - **Cost**: that of the schema; allocates only when there are issues.
 */
export function schemaIssues(schema: Schema, value: unknown): readonly ParameterIssue[] {
  const answer = schema['~standard'].validate(value)
  if (answer instanceof Promise) throw asynchronous('Cannot check a value', schema, answer)
  return answer.issues ? answer.issues.map(parameterIssue) : NONE
}

/**
 * Tells whether a schema accepts `undefined`; one that throws does not.
 *
 * - **Errors**: TypeError that begins with `what` when the schema answers with a promise.
 */
export function acceptsUndefined(schema: Schema, what: string): boolean {
  const answer = answerTo(schema, undefined)
  if (answer instanceof Promise) throw asynchronous(what, schema, answer)
  return answer !== undefined && !answer.issues
}

function answerTo(schema: Schema, value: unknown): ReturnType<Schema['~standard']['validate']> | undefined {
  try {
    return schema['~standard'].validate(value)
  } catch {
    return undefined
  }
}

function asynchronous(what: string, schema: Schema, answer: Promise<unknown>): TypeError {
  answer.catch(() => undefined)
  return new TypeError(
    `${what}: a schema of "${schema['~standard'].vendor}" is asynchronous; give one that is not, and check the rest in the method`,
  )
}

function parameterIssue(issue: StandardSchemaV1.Issue): ParameterIssue {
  return { path: (issue.path ?? []).map(pathKey), message: issue.message }
}

function pathKey(step: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'symbol' ? String(key) : key
}
