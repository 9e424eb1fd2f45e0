import type { ValueContext } from '../context.js'
import { DecodeError } from '../errors.js'
import { isMoving } from '../moving/marks.js'
import type { Attachments, References } from '../references.js'
import { TAG } from '../tags.js'
import type { Form } from './form.js'

/** A `Remote` or a binding. */
export const referenceForm: Form = {
  tag: TAG.reference,
  write(walk, value) {
    walk.writer.u8(TAG.reference)
    walk.value(references(walk.context).write(value))
  },
  read(walk) {
    return references(walk.context).read(walk.value())
  },
  copy(walk, value) {
    return references(walk.context).rewrap(value)
  },
  check(walk) {
    walk.reference()
  },
}

/** Whatever travels beside the bytes. */
export const attachmentForm: Form = {
  tag: TAG.attachment,
  write(walk, value) {
    walk.writer.u8(TAG.attachment)
    walk.writer.varint(attachments(walk.context).add(value, isMoving(walk, value)))
  },
  read(walk) {
    const object: unknown = attachments(walk.context).get(walk.reader.varint())
    if (typeof object !== 'object' || object === null) throw new DecodeError('an attachment did not come with the message')
    if (object instanceof ArrayBuffer) walk.arrived(object)
    return object
  },
  copy(walk, value) {
    const beside = attachments(walk.context)
    return beside.get(beside.add(value, isMoving(walk, value)))
  },
  check(walk, value) {
    if (isMoving(walk, value)) walk.reference()
  },
}

function references(context: ValueContext): References {
  if (context.references === undefined) throw new DecodeError('a reference is not accepted here')
  return context.references
}

function attachments(context: ValueContext): Attachments {
  if (context.attachments === undefined) throw new DecodeError('an attachment is not accepted here')
  return context.attachments
}
