import { setImmediate } from 'node:timers/promises'

/**
 * Starts `size` threads, one after the other, and prints how many answered and by how much the memory of the process grew.
 *
 * @param {(n: number) => Promise<boolean>} startThread Resolves with whether the thread has answered.
 */
export async function printGrowth(startThread) {
  const size = Number(process.argv[2])
  const before = await residentBytes()
  let value = 0
  for (let n = 1; n <= size; n++) if (await startThread(n)) value++
  console.log(JSON.stringify({ value, own: (await residentBytes()) - before }))
}

async function residentBytes() {
  globalThis.gc?.()
  await setImmediate()
  return process.memoryUsage.rss()
}
