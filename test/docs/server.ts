/** A program of a page that other programs of it ask. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'

interface Surroundings {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** Starts a TypeScript file that listens at the port in `PORT`, and resolves when it has printed its URL. */
export async function startServer(file: string, { cwd, env }: Surroundings): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const [url] = /http:\/\/[\w.:[\]]+/.exec(printed) ?? []
    if (url !== undefined && printed.endsWith('\n')) return { url, [Symbol.asyncDispose]: () => stop() }
  }
  await ended
  throw new Error(`${file} ended before it printed a URL; it printed "${printed}"`)

  async function stop(): Promise<void> {
    child.kill('SIGTERM')
    await ended
  }
}
