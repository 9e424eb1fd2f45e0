/**
 * The objects inside a value that a message can hold, the value itself among them: containers, what lies under views, ports. What
 * cannot be read is left out; the walk that sends it says what is wrong.
 */
export function contentsOf(value: unknown): ReadonlySet<object> {
  const found = new Set<object>()
  const open: object[] = []
  const meet = (member: unknown): void => {
    if (typeof member !== 'object' || member === null || found.has(member)) return
    found.add(member)
    open.push(member)
  }
  meet(value)
  for (let next = open.pop(); next !== undefined; next = open.pop()) visit(next, meet)
  return found
}

function visit(object: object, meet: (member: unknown) => void): void {
  try {
    eachMember(object, meet)
  } catch {
    // A getter or a proxy threw.
  }
}

function eachMember(object: object, meet: (member: unknown) => void): void {
  if (ArrayBuffer.isView(object)) return meet(object.buffer)
  if (Array.isArray(object)) return object.forEach(meet)
  const name = Object.prototype.toString.call(object)
  if (name === '[object Set]') return Set.prototype.forEach.call(object, meet)
  if (name === '[object Map]') return eachEntry(object, meet)
  for (const key of Object.keys(object)) meet((object as Record<string, unknown>)[key])
  const { cause, errors } = object as { readonly cause?: unknown; readonly errors?: unknown }
  meet(cause)
  meet(errors)
}

function eachEntry(map: object, meet: (member: unknown) => void): void {
  Map.prototype.forEach.call(map, (member, key) => {
    meet(key)
    meet(member)
  })
}
