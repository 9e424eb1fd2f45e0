import { replayHint } from './seed.js'

/** The part of Vitest that tells of a failure. A name in a variable is looked for only when it is needed. */
const RUNNER = 'vitest'

interface Runner {
  /** Throws outside of a test. */
  onTestFailed?(run: () => void): void
}

/**
 * Prints a drawn seed when the running test fails, where the runner offers to tell: that is Vitest. Elsewhere errors of the kit, and
 * `withSeeds`, tell the seed.
 */
export async function printWhenTestFails(seed: number): Promise<void> {
  if (process.env['VITEST'] === undefined) return
  try {
    const { onTestFailed } = (await import(RUNNER)) as Runner
    onTestFailed?.(() => print(`[troupe] the test that failed had a test system ${replayHint(seed)}`))
  } catch {
    // shape: it cannot be found from here, or no test runs now: there is nobody to tell
  }
}

function print(line: string): void {
  // biome-ignore lint/suspicious/noConsole: it is said where the runner prints failures
  console.error(line)
}
