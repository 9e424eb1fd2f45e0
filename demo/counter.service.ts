/** The counter: one worker of the pool, on a thread of the system. */

import { service } from 'troupe'
import { countFile } from './count-file.js'
import { CounterApi } from './counter.contract.js'
import { IdentifierSet } from './identifier-set.js'

export const CounterService = service(import.meta, CounterApi, (self, init: { readonly root: string }) => {
  const identifiers = new IdentifierSet()
  return {
    count(paths) {
      const newIdentifiers: string[] = []
      const note = (identifier: string): void => {
        const added = identifiers.add(identifier)
        if (added !== undefined) newIdentifiers.push(added)
      }
      const files = paths.map((path) => countFile(init.root, path, note))
      return { thread: self.thread, files, newIdentifiers }
    },
  }
})
