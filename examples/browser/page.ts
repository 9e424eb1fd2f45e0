/** The program of examples/browser/page.html, bundled by examples/20-browser.ts. */
import { createClient } from 'troupe/client'
import { tour } from './tour.js'

declare const document: { readonly body: { append(...parts: readonly string[]): void }; readonly documentElement: { className: string } }
declare const location: { readonly search: string }

const client = createClient(new URLSearchParams(location.search).get('live') ?? '')
client.on('connection', ({ state }) => {
  document.documentElement.className = state
})
await tour(client, (line) => document.body.append(line, '\n'))
