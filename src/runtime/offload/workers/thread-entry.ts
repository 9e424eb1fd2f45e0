/**
 * The file that piscina loads in its threads, as it takes no `data:` URL. It says the same as `THREAD_ENTRY` in
 * entry-file.ts, which a bundle writes where this file is missing.
 */

type RunTask = (task: object) => Promise<unknown>

let entry: Promise<{ readonly default: RunTask }> | undefined

/** Runs a task by the module that comes with it. */
export async function runTask(task: { readonly entryUrl: string }): Promise<unknown> {
  entry ??= import(task.entryUrl) as Promise<{ readonly default: RunTask }>
  return await (await entry).default(task)
}
