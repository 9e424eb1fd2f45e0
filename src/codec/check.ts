import { Budget } from './budget.js'
import type { ValueContext } from './context.js'
import type { CheckWalk } from './forms/form.js'
import { formOf } from './forms/forms.js'
import { referenceForm } from './forms/handles.js'
import { Identity } from './identity.js'
import { isPlain, isPlainArray } from './prototypes.js'
import { element, member, unsendable, within } from './refusal.js'
import { bigintText, refuseScalar } from './scalars.js'

/**
 * Refuses what cannot be sent, without a copy. Returns whether anything inside is made anew for its receiver: a handle of a service
 * (`Remote`, binding), what is moved.
 *
 * - **Errors**: throws `UnsendableError`, as `copyValue` does.
 */
export function checkValue(value: unknown, context: ValueContext, path: string): boolean {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return false
  try {
    const walk = new Checking(context, value)
    walk.value(value)
    return walk.referred
  } catch (thrown) {
    throw unsendable(thrown, path)
  }
}

class Checking implements CheckWalk {
  readonly context: ValueContext
  readonly root: unknown
  contents: ReadonlySet<object> | undefined
  readonly budget: Budget
  referred = false
  private readonly identity = new Identity()

  constructor(context: ValueContext, root: unknown) {
    this.context = context
    this.root = root
    this.budget = new Budget(context.limits)
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'object':
        if (value !== null) this.object(value)
        return
      case 'string':
        return this.budget.weigh(value.length)
      case 'number':
      case 'boolean':
      case 'undefined':
        return
      case 'bigint':
        bigintText(value, this.context.limits)
        return
      default:
        throw refuseScalar(value)
    }
  }

  met(value: object): boolean {
    return this.identity.find(value) >= 0
  }

  reference(): void {
    this.referred = true
  }

  private object(value: object): void {
    if (this.identity.meet(value) >= 0) return
    this.budget.enter()
    const prototype = Object.getPrototypeOf(value) as object | null
    if (Array.isArray(value) && isPlainArray(prototype)) this.array(value)
    else if (this.context.references?.is(value)) referenceForm.check(this, value)
    else if (isPlain(prototype)) this.plain(value as Record<string, unknown>)
    else formOf(value, prototype, this.context).check(this, value)
    this.budget.leave()
  }

  private array(array: readonly unknown[]): void {
    this.budget.count(array.length)
    let i = 0
    try {
      for (; i < array.length; i++) this.value(array[i])
    } catch (thrown) {
      throw within(thrown, element(i))
    }
  }

  private plain(object: Record<string, unknown>): void {
    const keys = Object.keys(object)
    this.budget.count(keys.length)
    let i = 0
    try {
      for (; i < keys.length; i++) this.value(object[keys[i] as string])
    } catch (thrown) {
      throw within(thrown, member(keys[i] as string))
    }
  }
}
