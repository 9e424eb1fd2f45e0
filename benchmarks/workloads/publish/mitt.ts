import mitt, { type Emitter } from 'mitt'
import type { StartSession } from '../../harness/workload.js'
import { reportSession } from './reports.js'
import { SUBJECT, SUBSCRIBERS } from './workload.js'

type Events = Record<string, number>

// Its types describe a default export; under Node it is the module itself.
const createEmitter = mitt as unknown as () => Emitter<Events>

export const start: StartSession = () => {
  const emitter = createEmitter()
  return reportSession(
    async (arrivals) => {
      for (let i = 0; i < SUBSCRIBERS; i++) emitter.on(SUBJECT, (value) => arrivals.arrived(value))
      return (value) => emitter.emit(SUBJECT, value)
    },
    async () => emitter.all.clear(),
  )
}
