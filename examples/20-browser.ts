/**
 * Lesson 20: a page in a browser that calls services, reads streams and hears reports, typed, over a connection that comes back by itself. Without a
 * port the program does what the page does and ends; `PORT=8000 npx tsx examples/20-browser.ts` serves the page.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createSystem, main, service } from 'troupe'
import { createClient } from 'troupe/client'
import { createGateway, live } from 'troupe/gateway'
import { CounterApi } from './browser/counter.contract.js'
import { tour } from './browser/tour.js'

export const CounterService = service(import.meta, CounterApi, { groups: ['pages'] }, (self) => {
  let total = 0
  return {
    add(count) {
      total += count
      self.publish('total', { total, at: new Date() })
      return total
    },
    async *countdown(from) {
      for (let left = from; left > 0; left--) yield left
    },
  }
})

const pathOf = (name: string) => fileURLToPath(new URL(`browser/${name}`, import.meta.url))

/** Serves the page, and its program as a bundle. */
async function servePage(server: Server, port: number): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [pathOf('page.ts')], bundle: true, write: false, format: 'esm', platform: 'browser' })
  const script = outputFiles[0]?.text ?? ''
  server.on('request', ({ url = '' }, res) => {
    const isScript = url.startsWith('/page.js')
    res.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    res.end(isScript ? script : readFileSync(pathOf('page.html')))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

await main(import.meta, async () => {
  const system = await createSystem({ threads: 1 })
  await system.spawn(CounterService)

  const pages = createServer()
  const origin = await servePage(pages, Number(process.env['PORT'] ?? 0))
  system.onStopping(() => void pages.close())

  // Pages of other origins than those listed get no connection.
  const gateway = createGateway(system, { cors: [origin] })
  gateway.mount('/live', live({ group: 'pages' }))
  const { url } = await gateway.listen(0)
  const script = await (await fetch(`${origin}/page.js`)).text()
  console.log(`the page and its program are served: ${script.includes('createClient')}`)

  if (process.env['PORT'] !== undefined) {
    console.log(`open ${origin}/?live=${url}/live`)
    return void system.stopOnSignals()
  }
  await using client = createClient(`${url}/live`)
  await tour(client, console.log)

  // Pages without a program of ours get reports as server-sent events.
  const events = await fetch(`${url}/live/counter?pattern=total`)
  const [, data] = await readEvents(events, 2)
  const { subject, content } = JSON.parse(data?.replace(/^.*data: /s, '') ?? '')
  console.log(`told as an event: ${subject} ${content.total}`)
  await system.stop()
})

async function readEvents(response: Response, count: number): Promise<readonly string[]> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const events = text.split('\n\n')
    if (events.length > count) return events
  }
  throw new Error('the events ended')
}
