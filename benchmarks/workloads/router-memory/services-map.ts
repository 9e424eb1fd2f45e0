import type { StartSession } from '../../harness/workload.js'

/** The least that it takes: an object in a map by id and a map by name. */
export const start: StartSession = async ({ size }) => {
  const ids = Array.from({ length: size }, (_, i) => `0:${i}@here`)
  const names = Array.from({ length: size }, (_, i) => `service-${i}`)
  const byId = new Map<string, object>()
  const byName = new Map<string, object>()
  return {
    run: async () => {
      for (const [cell, id] of ids.entries()) {
        const facts = { id, name: names[cell] as string, cell }
        byId.set(id, facts)
        byName.set(facts.name, facts)
      }
      return { value: byName.size }
    },
    close: async () => {
      byId.clear()
      byName.clear()
    },
  }
}
