import type { Core } from '../../actors/kernel/core.js'
import { sendableError } from '../../actors/turns/failing.js'
import type { Connection } from '../threads/connection.js'
import type { MainControl } from '../threads/control.js'
import { ownBytes } from '../threads/parcels.js'
import type { PoolOffloader, Submitted } from './pool-offloader.js'
import { givenUp } from './task-failures.js'
import { packForTask } from './task-values.js'

/** What thread 0 does for another thread that offloads; what that has asked for ends with it. */
export function offloadService(core: Core, connection: Connection): Pick<MainControl, 'offload' | 'endOffload'> {
  const submitted = new Map<number, Submitted>()
  let hasEnded = false
  connection.ended.catch(() => {
    hasEnded = true
    for (const { giveUp } of submitted.values()) giveUp()
  })
  return {
    async offload(number, message, claim) {
      try {
        // What it had asked for may be heard after its end.
        if (hasEnded) throw givenUp(message.name, false)
        // A thread that asks has threads beside it, and then this one has pools.
        const args = { ...message.args, bytes: ownBytes(message.args.bytes) }
        const one = (core.offloader as PoolOffloader).submit({ ...message, args }, claim)
        submitted.set(number, one)
        return await one.job.reply
      } catch (error) {
        const route = { text: core.world.text, isolated: message.isolated }
        return { kind: 'failure', parcel: packForTask(route, sendableError(core, error), 'failure') }
      } finally {
        submitted.delete(number)
      }
    },
    async endOffload(number) {
      submitted.get(number)?.giveUp()
    },
  }
}
