import { createSystem } from 'troupe'
import { partsOf } from '../../../dist/actors/facade/remote.js'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { MemberService } from '../services/member.js'
import { names } from './names.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const targets = new Map<unknown, number>()
  for (const [number, name] of names.entries()) targets.set(partsOf(await system.spawn(MemberService, { name }))?.target, number)
  return {
    run: async ({ size, seed }) => {
      let value = 0
      let last: object | undefined
      for (let i = 0; i < size; i++) {
        const number = valueAt(seed, i)
        last = system.tryLookup(names[number] as string)
        if (last !== undefined) value += number
      }
      const right = targets.get(partsOf(last)?.target) === valueAt(seed, size - 1)
      return { value: right ? value : Number.NaN }
    },
    close: () => system.stop(),
  }
}
