/** The types of tasks and of what offloads them. */

import { type Agent, createSystem, type OffloadOptions, service, type Task, task } from 'troupe'

export const hash = task(
  import.meta,
  'hash',
  (bytes: Uint8Array, algorithm: 'sha256' | 'sha512', rounds?: number) => `${algorithm}${bytes.length}${rounds ?? 1}`,
)
export const load = task(import.meta, 'load', async (path: string): Promise<{ readonly size: number }> => ({ size: path.length }))
export const nothing = task(import.meta, 'nothing', () => {})
export const sum = task(import.meta, 'sum', (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0))
const typed: Task<[path: string], Promise<{ readonly size: number }>> = load

export const Hasher = service(import.meta, 'hasher', (self) => ({
  async hash(bytes: Uint8Array) {
    const text: string = await self.offload(hash, [bytes, 'sha256'], { signal: self.request.signal })
    return text
  },
}))

const system = await createSystem()
const agent: Agent = system
const text: string = await agent.offload(hash, [new Uint8Array(3), 'sha256'])
const again: string = await system.offload(hash, [new Uint8Array(3), 'sha512', 2], { isolate: 'process' })
const { size }: { readonly size: number } = await system.offload(load, ['/'])
const other: number = (await system.offload(typed, ['/'])).size
const none: undefined | void = await system.offload(nothing, [])
const total: number = await system.offload(sum, [1, 2, 3])
const constant = ['/'] as const
const read: { readonly size: number } = await system.offload(load, constant)
const options: OffloadOptions = { isolate: 'process', signal: AbortSignal.timeout(5) }

// @ts-expect-error: wrong argument
system.offload(hash, [3, 'sha256'])
// @ts-expect-error: an argument is missing
system.offload(hash, [new Uint8Array(3)])
// @ts-expect-error: one too many
system.offload(load, ['/', 1])
// @ts-expect-error: not one of the literals
system.offload(hash, [new Uint8Array(3), 'md5'])
// @ts-expect-error: arguments come in an array
system.offload(load, '/')
// @ts-expect-error: a service is no task
system.offload(Hasher, [])
// @ts-expect-error: a function is no task
system.offload((path: string) => path, ['/'])
// @ts-expect-error: no such isolation
system.offload(load, ['/'], { isolate: 'thread' })
// @ts-expect-error: an offload has no timeout of its own
system.offload(load, ['/'], { timeoutMs: 5 })

export const used = [text, again, size, other, none, total, read, options]
