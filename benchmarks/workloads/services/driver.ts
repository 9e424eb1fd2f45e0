import { service } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { Drive } from '../pair/main-thread.js'

/** Calls the echo of the given name, one call at a time. */
export const DriverService = service(import.meta, 'driver', (self) => ({
  async drive(name: string, size: number, seed: number): Promise<Drive> {
    const echo = await self.lookup<{ next(value: number): number }>({ name })
    const startMs = performance.now()
    let sum = 0
    for (let i = 0; i < size; i++) sum += await echo.next(valueAt(seed, i))
    return { sum, elapsedMs: performance.now() - startMs }
  },
}))
