import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Answer, StartSession } from '../../harness/workload.js'

const run = promisify(execFile)

/** Runs a program in JavaScript with Node alone: the loader of TypeScript in this process would be counted for each thread. */
export function startPlainNode(file: URL): StartSession {
  const path = fileURLToPath(file)
  return async () => ({
    run: async ({ size }) => {
      const { stdout } = await run(process.execPath, ['--expose-gc', path, String(size)])
      return JSON.parse(stdout) as Answer
    },
    close: async () => undefined,
  })
}
