import type { LiveClient } from 'troupe/client'
import type { CounterApi } from './counter.contract.js'

/** What the page does; the example does the same in Node. */
export async function tour(client: LiveClient, print: (line: string) => void): Promise<void> {
  const counter = await client.lookup<typeof CounterApi>('counter')
  print(`2 more are ${await counter.add(2)}`)

  for await (const left of counter.countdown(3)) print(`${left} …`)

  // What is retained comes first, then whatever is published, until the loop is left.
  for await (const { content } of client.subscribe(counter, 'total')) {
    print(`the total is ${content.total}, told as a ${content.at.constructor.name}`)
    if (content.total === 5) break
    void counter.add(3)
  }
}
