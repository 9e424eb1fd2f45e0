import { Budget } from './budget.js'
import type { ValueContext } from './context.js'
import type { CopyWalk } from './forms/form.js'
import { formOf } from './forms/forms.js'
import { referenceForm } from './forms/handles.js'
import { Identity } from './identity.js'
import { setMember } from './members.js'
import { isPlain, isPlainArray } from './prototypes.js'
import { element, member, unsendable, within } from './refusal.js'
import { bigintText, refuseScalar } from './scalars.js'

/**
 * What the receiver of a value gets, without making bytes: a primitive is itself, anything else is copied as `writeValue` and
 * `readValue` would.
 *
 * - **Errors**: throws `UnsendableError` with the path, which begins with `path`, to the first thing that cannot be sent.
 */
export function copyValue(value: unknown, context: ValueContext, path: string): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return value
  try {
    return new Copying(context, value).value(value)
  } catch (thrown) {
    throw unsendable(thrown, path)
  }
}

class Copying implements CopyWalk {
  readonly context: ValueContext
  readonly root: unknown
  contents: ReadonlySet<object> | undefined
  readonly budget: Budget
  private readonly identity = new Identity()
  /** By the number of the original. */
  private readonly copies: (object | undefined)[] = []

  constructor(context: ValueContext, root: unknown) {
    this.context = context
    this.root = root
    this.budget = new Budget(context.limits)
  }

  value(value: unknown): unknown {
    switch (typeof value) {
      case 'object':
        return value === null ? null : this.object(value)
      case 'string':
        this.budget.weigh(value.length)
        return value
      case 'number':
      case 'boolean':
      case 'undefined':
        return value
      case 'bigint':
        bigintText(value, this.context.limits)
        return value
      default:
        throw refuseScalar(value)
    }
  }

  met(value: object): boolean {
    return this.identity.find(value) >= 0
  }

  put(number: number, copy: object): void {
    this.copies[number] = copy
  }

  private object(value: object): object | undefined {
    const met = this.identity.meet(value)
    if (met >= 0) return this.copies[met]
    this.budget.enter()
    const prototype = Object.getPrototypeOf(value) as object | null
    let copy: object
    if (Array.isArray(value) && isPlainArray(prototype)) copy = this.array(value)
    else if (this.context.references?.is(value)) copy = this.form(referenceForm, value)
    else if (isPlain(prototype)) copy = this.plain(value as Record<string, unknown>)
    else copy = this.form(formOf(value, prototype, this.context), value)
    this.budget.leave()
    return copy
  }

  private form(form: { copy(walk: CopyWalk, value: object, number: number): object }, value: object): object {
    const number = this.copies.push(undefined) - 1
    const copy = form.copy(this, value, number)
    this.copies[number] = copy
    return copy
  }

  private array(array: readonly unknown[]): unknown[] {
    this.budget.count(array.length)
    const copy = elementsOf(array)
    this.copies.push(copy)
    let i = 0
    try {
      for (; i < copy.length; i++) {
        const value = copy[i]
        if (typeof value === 'object' ? value !== null : typeof value !== 'number' && value !== undefined) copy[i] = this.value(value)
      }
    } catch (thrown) {
      throw within(thrown, element(i))
    }
    return copy
  }

  private plain(object: Record<string, unknown>): object {
    const copy: Record<string, unknown> = {}
    this.copies.push(copy)
    let key = ''
    let nodes = 0
    try {
      for (key in object) {
        if (!Object.hasOwn(object, key)) continue
        setMember(copy, key, this.value(object[key]))
        nodes++
      }
    } catch (thrown) {
      throw within(thrown, member(key))
    }
    this.budget.count(nodes)
    return copy
  }
}

/** A copy with its holes. `slice` is many times faster than a loop; it asks the array for its constructor, which must be the usual one. */
function elementsOf(array: readonly unknown[]): unknown[] {
  if (array.constructor === Array) return Array.prototype.slice.call(array)
  const copy: unknown[] = []
  for (let i = 0; i < array.length; i++) {
    if (i in array) copy[i] = array[i]
  }
  copy.length = array.length
  return copy
}
