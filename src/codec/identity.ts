/** Up to here a scan of a few pointers is faster than a map. */
const SCANNED = 16

/** Numbers objects in the order in which it meets them, and knows them again. */
export class Identity {
  private readonly few: object[] = []
  private many: Map<object, number> | undefined

  /** The number of an object met before; −1 for a new one, which gets the next number. */
  meet(object: object): number {
    if (this.many !== undefined) return meetIn(this.many, object)
    const { few } = this
    for (let i = 0; i < few.length; i++) if (few[i] === object) return i
    few.push(object)
    if (few.length > SCANNED) this.many = new Map(few.map((met, number) => [met, number]))
    return -1
  }

  /** The number of an object met before, else −1. */
  find(object: object): number {
    return this.many === undefined ? this.few.indexOf(object) : (this.many.get(object) ?? -1)
  }
}

function meetIn(many: Map<object, number>, object: object): number {
  const number = many.get(object)
  if (number !== undefined) return number
  many.set(object, many.size)
  return -1
}
