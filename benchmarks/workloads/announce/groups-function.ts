import { EventEmitter } from 'node:events'
import type { StartSession } from '../../harness/workload.js'

/** The least that it takes: a map of sets, a word to who listens, and the wait for a promise. */
export const start: StartSession = async () => {
  const members = new Map<string, Set<object>>()
  const changes = new EventEmitter()
  const self = {}
  let value = 0
  changes.on('change', () => value++)
  const join = async (group: string): Promise<void> => {
    const set = members.get(group) ?? new Set()
    members.set(group, set.add(self))
    changes.emit('change', group)
  }
  const leave = async (group: string): Promise<void> => {
    if (members.get(group)?.delete(self) === true && members.get(group)?.size === 0) members.delete(group)
    changes.emit('change', group)
  }
  return {
    run: async ({ size, seed }) => {
      value = 0
      for (let i = 0; i < size; i += 2) {
        const group = `group-${(seed + i) & 1023}`
        await join(group)
        await leave(group)
      }
      return { value }
    },
    close: async () => undefined,
  }
}
