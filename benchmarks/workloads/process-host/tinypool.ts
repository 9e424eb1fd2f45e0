import { Tinypool } from 'tinypool'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

const filename = new URL('../cross-call/next.mjs', import.meta.url).href

/** One child process that may hold as many tasks as are in flight. */
export const start: StartSession = async ({ width }) => {
  const pool = new Tinypool({
    filename,
    name: 'next',
    runtime: 'child_process',
    serialization: 'advanced',
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: width,
    execArgv: [],
  })
  return callSession(
    (value) => pool.run(value) as Promise<number>,
    () => pool.destroy(),
  )
}
