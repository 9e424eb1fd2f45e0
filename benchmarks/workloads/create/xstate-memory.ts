import { type AnyActor, createActor, fromTransition } from 'xstate'
import type { StartSession } from '../../harness/workload.js'

export const start: StartSession = async () => {
  const ignore = fromTransition((state: null, _message: { readonly type: 'receive' }) => state, null)
  const kept: AnyActor[] = []
  return {
    run: async ({ size }) => {
      for (let i = 0; i < size; i++) kept.push(createActor(ignore).start())
      return { value: kept.length }
    },
    close: async () => {
      for (const child of kept.splice(0)) child.stop()
    },
  }
}
