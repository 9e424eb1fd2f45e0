/** The shortest name that Object.prototype has is `valueOf`. */
const INHERITED = 'valueOf'.length

/** Stores a member as own data, whatever Object.prototype has under its name: a setter (`__proto__`), something frozen. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key.length >= INHERITED && key in Object.prototype) defineMember(object, key, { value, enumerable: true })
  else object[key] = value
}

/** Stores own data, without regard to what the object inherits. */
export function defineMember(object: object, key: string, { value, enumerable }: { value: unknown; enumerable: boolean }): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true })
}
