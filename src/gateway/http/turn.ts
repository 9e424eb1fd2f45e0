import type { ServerResponse } from 'node:http'

/**
 * Runs what answers a request when all that was asked before on its connection has been answered.
 *
 * - **Ordering**: requests that are pipelined may change something, and so one is not begun before the one before it has ended (RFC 9112, 9.3.2).
 * - **Ownership**: Node tells a response that waits for its turn nothing of the end of its connection; this way nothing has begun by then.
 */
export function inTurn(res: ServerResponse, run: () => void): void {
  if (res.socket === null) res.once('socket', run)
  else run()
}
