import type { ServerResponse } from 'node:http'
import type { Answer } from './question.js'

/** How long a client may take nothing of what waits for it. */
const TAKE_LIMIT_MS = 30_000

/** Sends text as it comes, as fast as it is taken. Resolves when it has ended, or nobody takes it any more. */
export async function writeStream(
  res: ServerResponse,
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  stream: AsyncIterable<string>,
): Promise<void> {
  if (!res.destroyed && !res.headersSent) res.writeHead(status, headers)
  // It is begun in any case, so that it learns of its end.
  for await (const text of stream) {
    if (res.destroyed) break
    if (!res.write(text)) await drained(res)
  }
  if (!res.destroyed) res.end()
}

/** Resolves when what waits has been taken, or never will be. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const late = (): void => void res.destroy()
    const done = (): void => {
      res.off('drain', done)
      res.off('close', done)
      res.off('timeout', late)
      res.setTimeout(0)
      resolve()
    }
    res.on('drain', done)
    res.on('close', done)
    res.setTimeout(TAKE_LIMIT_MS, late)
  })
}
