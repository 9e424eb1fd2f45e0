import type { ValueContext } from '../context.js'
import { DecodeError } from '../errors.js'
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
  write({ context, writer }, value) {
    writer.u8(TAG.attachment)
    writer.varint(attachments(context).add(value))
  },
  read({ context, reader }) {
    const object: unknown = attachments(context).get(reader.varint())
    if (typeof object !== 'object' || object === null) throw new DecodeError('an attachment did not come with the message')
    return object
  },
  copy({ context }, value) {
    const beside = attachments(context)
    return beside.get(beside.add(value))
  },
  check() {},
}

function references(context: ValueContext): References {
  if (context.references === undefined) throw new DecodeError('a reference is not accepted here')
  return context.references
}

function attachments(context: ValueContext): Attachments {
  if (context.attachments === undefined) throw new DecodeError('an attachment is not accepted here')
  return context.attachments
}
