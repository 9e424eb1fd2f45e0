/** Whether every message is accounted for. */
import type { LinkStats, System, SystemStats } from 'troupe'
import { expect } from 'vitest'
import { eventually } from './outcomes.js'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const of = (links: readonly LinkStats[], end: 'from' | 'to', thread: number, what: 'received' | 'lost' | 'sent'): number =>
  sum(links.filter((link) => link[end] === thread).map((link) => link[what]))

/** What is wrong with a snapshot: sums that do not add up, numbers below 0. */
export function faultsOf({ threads, links, totals }: SystemStats): readonly string[] {
  const faults: string[] = []
  for (const { thread, ...counts } of [...threads, { thread: 'all', ...totals }]) {
    const { sent, delivered, dropped, mailboxDepth, inFlight } = counts
    for (const [what, count] of Object.entries({ sent, delivered, mailboxDepth, inFlight, ...dropped }))
      if (!(count >= 0)) faults.push(`thread ${thread}: ${what} is ${count}`)
    const passedOn = typeof thread === 'number' ? of(links, 'from', thread, 'received') - of(links, 'to', thread, 'received') : 0
    const rest = sent - delivered - sum(Object.values(dropped)) - mailboxDepth - passedOn
    if (rest !== 0) faults.push(`thread ${thread}: of ${sent} messages sent ${rest} are unaccounted for`)
  }
  for (const { from, to, sent, received, lost } of links)
    if (sent !== received + lost) faults.push(`link ${from} to ${to}: ${sent} sent, ${received} received, ${lost} lost`)
  return faults
}

/** Waits until nothing is on its way any more, and every message that was sent is accounted for. */
export async function addsUp(system: System): Promise<void> {
  let faults: readonly string[] = []
  const isQuiet = (): boolean => {
    faults = faultsOf(system.stats())
    return faults.length === 0
  }
  await eventually(isQuiet, 'everything adds up').catch(() => undefined)
  expect(faults).toEqual([])
}
