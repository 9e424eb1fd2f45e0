/**
 * Tells the parent of a server where it listens, and how much of its processors it has taken when the parent asks for it.
 *
 * @param {string | number} port
 */
export function serveParent(port) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.((user + system) / 1000)
  })
  process.on('disconnect', () => process.exit())
  process.send?.(String(port))
}

/**
 * Answers a JSON-RPC request as a program without a framework for it would.
 *
 * @param {{ readonly id: number, readonly method: string, readonly params: readonly number[] }} request
 */
export function answerPlainly({ id, method, params: [value = 0] }) {
  if (method === 'next') return { jsonrpc: '2.0', result: value + 1, id }
  return { jsonrpc: '2.0', error: { code: -32_601, message: 'Method not found' }, id }
}
