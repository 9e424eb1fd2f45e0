import { DecodeError } from '../errors.js'
import { Refusal } from '../refusal.js'
import { TAG } from '../tags.js'
import type { Form } from './form.js'

const getTime = Date.prototype.getTime

export const dateForm: Form<Date> = {
  tag: TAG.date,
  write({ writer }, value) {
    writer.u8(TAG.date)
    writer.f64(getTime.call(value))
  },
  read({ reader }) {
    return new Date(reader.f64())
  },
  copy(_walk, value) {
    return new Date(getTime.call(value))
  },
  check(_walk, value) {
    getTime.call(value)
  },
}

/** The form of one class of boxed primitives; `unbox` throws for what is none. */
export function boxedForm(unbox: (box: object) => unknown): Form {
  return {
    tag: TAG.boxed,
    write(walk, value) {
      walk.writer.u8(TAG.boxed)
      walk.value(unbox(value))
    },
    read(walk) {
      const value = walk.value()
      if (!['boolean', 'number', 'string', 'bigint'].includes(typeof value)) throw new DecodeError(`a ${typeof value} cannot be boxed`)
      return Object(value) as object
    },
    copy(walk, value) {
      return Object(walk.value(unbox(value))) as object
    },
    check(walk, value) {
      walk.value(unbox(value))
    },
  }
}

export const regexpForm: Form<RegExp> = {
  tag: TAG.regexp,
  write(walk, value) {
    permitted(walk.context.regexp)
    walk.writer.u8(TAG.regexp)
    walk.string(value.source)
    walk.string(value.flags)
  },
  read({ context, reader }) {
    if (!context.regexp) throw new DecodeError('a RegExp is not accepted here')
    return new RegExp(reader.string(), reader.string())
  },
  copy(walk, value) {
    permitted(walk.context.regexp)
    return new RegExp(value.source, value.flags)
  },
  check(walk) {
    permitted(walk.context.regexp)
  },
}

function permitted(regexp: boolean): void {
  if (!regexp) throw new Refusal('is a RegExp, which stays within its system; send its source and flags as strings')
}
