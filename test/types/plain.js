// @ts-check
/** The same types in plain JavaScript. */

import { createSystem, service } from 'troupe'

export const Clock = service(import.meta, 'clock', (self, /** @type {{ zone: string }} */ init) => ({
  now: () => new Date().toLocaleString('en', { timeZone: init.zone }),
  /** @param {number} ms */
  async later(ms) {
    await new Promise((resolve) => self.after(ms, () => resolve(undefined)))
    return 'done'
  },
}))

const system = await createSystem({ threads: 2 })
try {
  const clock = await system.spawn(Clock, { init: { zone: 'UTC' } })
  console.log((await clock.now()).length)
  // @ts-expect-error: typed in plain JavaScript too
  await clock.later('x')
  const byName = await system.lookup('clock')
  console.log(await byName.now())
  const typed = await /** @type {Promise<import('troupe').Remote<typeof Clock>>} */ (system.lookup('clock'))
  console.log((await typed.now()).length)
} finally {
  await system.stop()
}
