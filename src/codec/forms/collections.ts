import { element, entry, within } from '../refusal.js'
import { TAG } from '../tags.js'
import type { Form } from './form.js'

type Entries = [key: unknown, value: unknown][]

/** A snapshot: a getter that runs on the way may change the map. */
function entriesOf(map: Map<unknown, unknown>): Entries {
  const entries: Entries = []
  Map.prototype.forEach.call(map, (value, key) => entries.push([key, value]))
  return entries
}

function membersOf(set: Set<unknown>): unknown[] {
  const members: unknown[] = []
  Set.prototype.forEach.call(set, (member) => members.push(member))
  return members
}

/** Visits keys and values, and puts what is refused into its place. */
function eachEntry(entries: Entries, visit: (key: unknown) => unknown, take?: (key: unknown, value: unknown) => void): void {
  let index = 0
  for (const [key, value] of entries) {
    const seenKey = visitAt(() => `.keys()${element(index)}`, visit, key)
    const seenValue = visitAt(() => entry(key), visit, value)
    take?.(seenKey, seenValue)
    index++
  }
}

function eachMember(members: unknown[], visit: (member: unknown) => unknown, take?: (member: unknown) => void): void {
  members.forEach((member, index) => {
    const seen = visitAt(() => `.values()${element(index)}`, visit, member)
    take?.(seen)
  })
}

function visitAt(segment: () => string, visit: (value: unknown) => unknown, value: unknown): unknown {
  try {
    return visit(value)
  } catch (thrown) {
    throw within(thrown, segment())
  }
}

export const mapForm: Form<Map<unknown, unknown>> = {
  tag: TAG.map,
  write(walk, map) {
    const entries = entriesOf(map)
    walk.budget.count(entries.length * 2)
    walk.writer.u8(TAG.map)
    walk.writer.varint(entries.length)
    eachEntry(entries, (value) => walk.value(value))
  },
  read(walk, number) {
    const map = new Map<unknown, unknown>()
    walk.put(number, map)
    const size = walk.reader.varint()
    walk.count(size * 2, 1)
    for (let i = 0; i < size; i++) map.set(walk.value(), walk.value())
    return map
  },
  copy(walk, map, number) {
    const copy = new Map<unknown, unknown>()
    walk.put(number, copy)
    const entries = entriesOf(map)
    walk.budget.count(entries.length * 2)
    eachEntry(
      entries,
      (value) => walk.value(value),
      (key, value) => copy.set(key, value),
    )
    return copy
  },
  check(walk, map) {
    const entries = entriesOf(map)
    walk.budget.count(entries.length * 2)
    eachEntry(entries, (value) => walk.value(value))
  },
}

export const setForm: Form<Set<unknown>> = {
  tag: TAG.set,
  write(walk, set) {
    const members = membersOf(set)
    walk.budget.count(members.length)
    walk.writer.u8(TAG.set)
    walk.writer.varint(members.length)
    eachMember(members, (member) => walk.value(member))
  },
  read(walk, number) {
    const set = new Set()
    walk.put(number, set)
    const size = walk.reader.varint()
    walk.count(size, 1)
    for (let i = 0; i < size; i++) set.add(walk.value())
    return set
  },
  copy(walk, set, number) {
    const copy = new Set()
    walk.put(number, copy)
    const members = membersOf(set)
    walk.budget.count(members.length)
    eachMember(
      members,
      (member) => walk.value(member),
      (member) => copy.add(member),
    )
    return copy
  },
  check(walk, set) {
    const members = membersOf(set)
    walk.budget.count(members.length)
    eachMember(members, (member) => walk.value(member))
  },
}
