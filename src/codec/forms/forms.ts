import { isServiceFailure } from '../../base/failures.js'
import type { ValueContext } from '../context.js'
import { isObjectPrototype } from '../prototypes.js'
import { Refusal } from '../refusal.js'
import { bufferForm, viewForm } from './binaries.js'
import { boxedForm, dateForm, regexpForm } from './boxes.js'
import { mapForm, setForm } from './collections.js'
import { errorForm, failureForm } from './errors.js'
import type { Form } from './form.js'
import { attachmentForm, referenceForm } from './handles.js'

/** By the name that Object.prototype.toString gives to instances of the class itself. */
const BY_CLASS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['Date', dateForm],
  ['Map', mapForm],
  ['Set', setForm],
  ['ArrayBuffer', bufferForm],
  ['RegExp', regexpForm],
  ['Boolean', boxedForm((box) => Boolean.prototype.valueOf.call(box))],
  ['Number', boxedForm((box) => Number.prototype.valueOf.call(box))],
  ['String', boxedForm((box) => String.prototype.valueOf.call(box))],
  ['BigInt', boxedForm((box) => BigInt.prototype.valueOf.call(box))],
])

/** Of this realm, which most objects come from. */
const BY_PROTOTYPE: ReadonlyMap<object | null, Form> = new Map(
  [Date, Map, Set, ArrayBuffer, RegExp, Boolean, Number, String, BigInt].map((type) => [type.prototype, BY_CLASS.get(type.name) as Form]),
)

/** By the tag that begins their bytes. */
export const FORM_BY_TAG: readonly (Form | undefined)[] = Array.from({ length: 256 }, (_, tag) =>
  [...BY_CLASS.values(), viewForm, errorForm, failureForm, referenceForm, attachmentForm].find((form) => form.tag === tag),
)

/** The form of an object that is neither plain nor an array nor a handle; throws a refusal when it cannot be sent. */
export function formOf(value: object, prototype: object | null, context: ValueContext): Form {
  const form = BY_PROTOTYPE.get(prototype)
  if (form !== undefined) return form
  if (ArrayBuffer.isView(value)) return viewForm as Form
  if (isError(value)) return (isServiceFailure(value) ? failureForm : errorForm) as Form
  if (context.attachments?.accepts(value)) return attachmentForm
  return formOfRealm(value, prototype) ?? refuse(value, prototype)
}

function isError(value: object): boolean {
  return value instanceof Error || className(value) === 'Error'
}

/** Another realm's Map has a prototype of its own, directly below an Object.prototype; a subclass does not. */
function formOfRealm(value: object, prototype: object | null): Form | undefined {
  const parent = prototype && Object.getPrototypeOf(prototype)
  return parent && isObjectPrototype(parent) ? BY_CLASS.get(className(value)) : undefined
}

function className(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['Promise', 'await it first'],
  ['WeakMap', 'send a Map'],
  ['WeakSet', 'send a Set'],
  ['WeakRef', 'send what deref() returns'],
  ['SharedArrayBuffer', 'it stays within its system; send a copy of its bytes'],
  ['MessagePort', 'it stays within its system; send a Remote'],
  ['URL', 'send its href'],
  ['AbortSignal', 'give it to $.with({ signal }): the method has one in self.request.signal'],
  ['AbortController', 'give its signal to $.with({ signal }): the method has one in self.request.signal'],
  ['Blob', 'send its arrayBuffer()'],
  ['Generator', 'send an array of its values'],
  ['AsyncGenerator', 'send an array of its values, or declare the method as a stream'],
  ['Symbol', 'send a string'],
])

function refuse(value: object, prototype: object | null): never {
  const type: unknown = prototype && Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined
  const name = typeof type === 'function' && type.name !== '' ? type.name : undefined
  for (const known of [className(value), name]) {
    const advice = known === undefined ? undefined : ADVICE.get(known)
    if (advice !== undefined) throw new Refusal(`is ${known?.startsWith('A') ? 'an' : 'a'} ${known}; ${advice}`)
  }
  throw new Refusal(`is an instance of ${name ?? 'an unnamed class'}; send a plain object such as { ...value }`)
}
