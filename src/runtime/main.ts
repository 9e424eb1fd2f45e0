import { quote } from '../actors/quote.js'
import { threadMark } from './threads/bootstrap.js'

/**
 * Runs the main part of a program, except in the threads of a system, which load the same module only to find its
 * definitions. Programs whose entry module also defines services, and bundles, need it.
 *
 * - **Errors**: rejects as `run` does; not caught, that ends the process with the error and exit code 1.
 *
 * @example
 * ```ts
 * await main(import.meta, async () => {
 *   await using system = await createSystem()
 *   // …
 * })
 * ```
 */
export async function main(meta: ImportMeta, run: () => Promise<void> | void): Promise<void> {
  if (typeof meta !== 'object' || typeof (meta as { url?: unknown } | null)?.url !== 'string') {
    throw new TypeError(`main(): first argument is ${quote(meta)}; give import.meta`)
  }
  if (typeof run !== 'function') throw new TypeError(`main(): second argument is ${quote(run)}; give a function`)
  if (threadMark() === undefined) await run()
}
