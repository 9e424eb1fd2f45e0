import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What thread-entry.ts does, as a script. */
const THREAD_ENTRY = 'let entry\nexports.runTask = async (task) => (await (entry ??= import(task.entryUrl))).default(task)\n'

/** A file that exports `runTask`. */
export interface EntryFile {
  readonly path: string
  remove(): void
}

/** The file beside this one; a bundle has none, so that it gets a temporary one until it is removed or the process ends. */
export function entryFile(): EntryFile {
  const url = new URL('./thread-entry.js', import.meta.url)
  if (url.protocol === 'file:' && existsSync(url)) return { path: fileURLToPath(url), remove: () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'troupe-'))
  const path = join(folder, 'thread-entry.cjs')
  writeFileSync(path, THREAD_ENTRY)
  const remove = (): void => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}
