import { EventEmitter } from 'node:events'
import type { StartSession } from '../../harness/workload.js'
import { SERVICES } from './workload.js'

interface Facts {
  readonly id: string
  readonly name: string
}

/** The least that it takes: a map by id, one by name, and a word to who listens. */
export const start: StartSession = async () => {
  const services: Facts[] = Array.from({ length: SERVICES }, (_, i) => ({ id: `0:${i}@here`, name: `service-${i}` }))
  const byId = new Map<string, Facts>()
  const byName = new Map<string, Facts>()
  const changes = new EventEmitter()
  let value = 0
  changes.on('change', () => value++)
  return {
    run: async ({ size }) => {
      value = 0
      for (let done = 0; done < size; done += 2 * SERVICES) {
        for (const facts of services) {
          byId.set(facts.id, facts)
          byName.set(facts.name, facts)
          changes.emit('change', facts)
        }
        for (const facts of services) {
          byId.delete(facts.id)
          byName.delete(facts.name)
          changes.emit('change', facts)
        }
      }
      return { value }
    },
    close: async () => undefined,
  }
}
