/**
 * Tells the Object.prototype of any realm: node:vm contexts and test runners have their own. It is the one prototype without a parent
 * that has isPrototypeOf.
 */
export function isObjectPrototype(prototype: object): boolean {
  return prototype === Object.prototype || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
}

/** Whether instances of `prototype` are plain objects. */
export function isPlain(prototype: object | null): boolean {
  return prototype === Object.prototype || prototype === null || isObjectPrototype(prototype)
}

/** Whether `array`, which is an array, is no instance of a subclass; an Array.prototype is itself an array. */
export function isPlainArray(prototype: object | null): boolean {
  if (prototype === Array.prototype) return true
  return Array.isArray(prototype) && isObjectPrototype(Object.getPrototypeOf(prototype) as object)
}
