/** Definitions in test files, which other threads cannot load. */

const TEST_FILE = /(^|[\\/._-])(test|spec)\.[cm]?[jt]sx?$/

/** Whether a file is named as tests are. */
export function isNamedAsTest(path: string): boolean {
  return TEST_FILE.test(path)
}

/** Whether a test runner runs this thread: then a file that is named as a test is one. */
export function hasTestRunner(): boolean {
  const { VITEST, NODE_TEST_CONTEXT, JEST_WORKER_ID } = process.env
  return (VITEST ?? NODE_TEST_CONTEXT ?? JEST_WORKER_ID) !== undefined || process.execArgv.includes('--test')
}

/** What a spawn says of a definition in a test file. */
export function testFileError(moduleUrl: string, cause?: unknown): Error {
  return new Error(
    `${moduleUrl} is a test file, which other threads cannot load, as no test runner is there; ` +
      "move the definition to a module of its own, or spawn it with host: 'inline'",
    cause === undefined ? undefined : { cause },
  )
}
