/** Processes in several exchange groups, as tables: who is what in which group, and who connects to whom. */
import type { Remote } from '../../src/actors/remote-type.js'
import type { System } from '../../src/actors/system-type.js'
import { Net, type Process, until } from './exchange-net.js'
import { Echo } from './services.js'

/** What a process is in the default group (`'server'`), or in another (`'client g'`). */
type Part = 'server' | 'client' | `server ${string}` | `client ${string}`

export interface Arrangement {
  readonly processes: Readonly<Record<string, readonly Part[]>>
  /** From, to, and the group where it is not the default one: `'a hub, b front g'`. */
  readonly links: string
}

/** What the tests ask of a service. */
export type EchoRemote = Remote<{
  say(value: unknown): unknown
  publish(subject: string, value: unknown, lifetimeMs?: number): void
}>

/** An arrangement that stands: each process has a service of its own name. */
export interface Arranged {
  readonly net: Net
  readonly names: readonly string[]
  readonly services: ReadonlyMap<string, EchoRemote>
  system(name: string): System
  process(name: string): Process
  /** What each process has been told of services elsewhere since it began: `'available a'`. */
  told(name: string): readonly string[]
}

/** Starts the processes, links them, and gives each a service. */
export async function arrange({ processes, links }: Arrangement): Promise<Arranged> {
  const net = new Net()
  const all = new Map<string, Process>()
  const told = new Map<string, string[]>()
  for (const [name, parts] of Object.entries(processes)) {
    const process = await net.process(name, ...parts.map(optionsOf))
    all.set(name, process)
    told.set(name, record(process.system))
  }
  for (const link of links.split(', ')) {
    const [from = '', to = '', group] = link.split(' ')
    await all.get(from)?.join(to, group)
  }
  const services = new Map<string, EchoRemote>()
  for (const [name, { system }] of all) services.set(name, (await system.spawn(Echo, { name })) as unknown as EchoRemote)
  await net.quiet()
  return {
    net,
    names: [...all.keys()],
    services,
    system: (name) => (all.get(name) as Process).system,
    process: (name) => all.get(name) as Process,
    told: (name) => told.get(name) as string[],
  }
}

/** Waits until a process can be seen nowhere, or everywhere; then until all is quiet. */
export async function untilSeen({ net, names, system }: Arranged, name: string, isSeen: boolean): Promise<void> {
  const others = names.filter((other) => other !== name)
  await until(() => others.every((other) => (system(other).tryLookup(name) !== undefined) === isSeen))
  await net.quiet()
}

function record(system: System): string[] {
  const told: string[] = []
  system.announcements({}, ({ kind, status, binding, reason }) => {
    if (binding.location === 'remote' && kind === 'service') told.push([status, binding.name, reason].filter(Boolean).join(' '))
  })
  return told
}

function optionsOf(part: Part): { readonly role: 'server' | 'client'; readonly group: string } {
  const [role, group = ''] = part.split(' ')
  return { role: role as 'server' | 'client', group }
}
