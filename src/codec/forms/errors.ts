import { defineMember } from '../members.js'
import { member, within } from '../refusal.js'
import { TAG } from '../tags.js'
import { type ErrorHead, failureHead, namedHead } from './error-classes.js'
import type { DecodeWalk, Form } from './form.js'

const STACK = 1
const CAUSE = 2
const ERRORS = 4

/** What an error carries beside its head. */
interface Rest {
  readonly stack: string | undefined
  /** Own enumerable fields, and `code` wherever it is. */
  readonly fields: readonly (readonly [key: string, value: unknown])[]
  readonly cause: { readonly value: unknown } | undefined
  /** What an AggregateError has; an enumerable `errors` is a field. */
  readonly errors: { readonly value: unknown } | undefined
}

export const errorForm = formOf(TAG.error, namedHead)
export const failureForm = formOf(TAG.failure, failureHead as ErrorHead)

function formOf(tag: number, head: ErrorHead): Form<Error> {
  return {
    tag,
    write(walk, error) {
      const rest = restOf(error, { head, stacks: walk.context.stacks })
      walk.budget.count(sizeOf(rest))
      walk.writer.u8(tag)
      walk.writer.u8(flagsOf(rest))
      head.write(walk, error)
      if (rest.stack !== undefined) walk.string(rest.stack)
      walk.writer.varint(rest.fields.length)
      eachMember(rest, (key, value, kind) => {
        if (kind === 'field') walk.string(key)
        walk.value(value)
      })
    },
    read(walk, number) {
      const flags = walk.reader.u8()
      const error = head.read(walk)
      walk.put(number, error)
      dress(error, (flags & STACK) === 0 ? undefined : walk.reader.string())
      readMembers(walk, error, flags)
      return error
    },
    copy(walk, error, number) {
      const copy = head.make(error)
      walk.put(number, copy)
      const rest = restOf(error, { head, stacks: walk.context.stacks })
      walk.budget.count(sizeOf(rest))
      dress(copy, rest.stack)
      eachMember(rest, (key, value, kind) => defineMember(copy, key, { value: walk.value(value), enumerable: kind === 'field' }))
      return copy
    },
    check(walk, error) {
      const rest = restOf(error, { head, stacks: walk.context.stacks })
      walk.budget.count(sizeOf(rest))
      eachMember(rest, (_key, value) => walk.value(value))
    },
  }
}

function restOf(error: Error, { head, stacks }: { head: ErrorHead; stacks: boolean }): Rest {
  const cause = Object.hasOwn(error, 'cause') ? { value: error.cause } : undefined
  const errors = Object.getOwnPropertyDescriptor(error, 'errors')
  const fields: [string, unknown][] = []
  for (const key of Object.keys(error)) if (key !== 'cause' && !head.fields.has(key)) fields.push([key, (error as Fields)[key]])
  const { code } = error as Fields
  if (!head.fields.has('code') && !Object.keys(error).includes('code') && isPlainCode(code)) fields.push(['code', code])
  return {
    fields,
    cause,
    errors: errors?.enumerable === false ? { value: errors.value } : undefined,
    stack: stacks ? stackOf(error) : undefined,
  }
}

type Fields = Error & Record<string, unknown>

/** The `code` of a DOMException is on its prototype. */
function isPlainCode(code: unknown): boolean {
  return typeof code === 'string' || typeof code === 'number'
}

/** A failure that came from afar has the stack of where it was made aside. */
function stackOf(error: Error): string | undefined {
  const stack = (error as Fields)['remoteStack'] ?? error.stack
  return typeof stack === 'string' ? stack : undefined
}

function flagsOf(rest: Rest): number {
  return (rest.stack === undefined ? 0 : STACK) | (rest.cause ? CAUSE : 0) | (rest.errors ? ERRORS : 0)
}

function sizeOf(rest: Rest): number {
  return rest.fields.length + (rest.cause ? 1 : 0) + (rest.errors ? 1 : 0)
}

function eachMember(rest: Rest, visit: (key: string, value: unknown, kind: 'field' | 'hidden') => void): void {
  for (const [key, value] of rest.fields) at(member(key), () => visit(key, value, 'field'))
  const { cause, errors } = rest
  if (cause) at('.cause', () => visit('cause', cause.value, 'hidden'))
  if (errors) at('.errors', () => visit('errors', errors.value, 'hidden'))
}

function at(segment: string, visit: () => void): void {
  try {
    visit()
  } catch (thrown) {
    throw within(thrown, segment)
  }
}

function readMembers(walk: DecodeWalk, error: Error, flags: number): void {
  const size = walk.reader.varint()
  walk.count(size, 2)
  for (let i = 0; i < size; i++) {
    const key = walk.reader.string()
    defineMember(error, key, { value: walk.value(), enumerable: true })
  }
  if (flags & CAUSE) defineMember(error, 'cause', { value: walk.value(), enumerable: false })
  if (flags & ERRORS) defineMember(error, 'errors', { value: walk.value(), enumerable: false })
}

/**
 * The engine's own stack would show the codec; without the stack of the sender there is none to show. Assigned and not defined, so that the
 * engine does not write out its own before it is replaced.
 */
function dress(error: Error, stack: string | undefined): void {
  const first = error.message === '' ? error.name : `${error.name}: ${error.message}`
  error.stack = stack ?? first
  if (stack !== undefined && 'delivered' in error) defineMember(error, 'remoteStack', { value: stack, enumerable: false })
}
