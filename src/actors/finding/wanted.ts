import type { Wanted } from '../kernel/visibility.js'

/** What somebody looks for, for messages. */
export function printWanted({ name, group, id, address }: Wanted): string {
  if (id !== undefined) return `actor ${id}`
  const parts = [name === undefined ? 'a service' : `service "${name}"`]
  if (group !== undefined) parts.push(`of group "${group}"`)
  if (address !== undefined) parts.push(`at ${address}`)
  return parts.join(' ')
}
