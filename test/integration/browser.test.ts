import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LiveMathApi } from './fixtures/live-math.js'
import { servePage, startSite } from './support/live.js'

const LIMIT_MS = 30_000

/** Debian's Chromium; where it is not there, these tests say that they do not run. */
const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync)

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('fixtures/live-page.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  return outputFiles[0]?.text ?? ''
}

async function openPage(url: string) {
  const browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto(url)
  return { page, faults }
}

describe('a page in Chromium', () => {
  it('calls, streams and subscribes, and comes back when the server was started again', { timeout: LIMIT_MS }, async ({ skip }) => {
    if (program === undefined) return skip('not run here: chromium (.ci/run installs it)')
    const origin = await servePage('<!doctype html><script type="module" src="/page.js"></script>', await bundlePage())
    const cors = [origin]
    const site = await startSite({ cors })
    const places = new URLSearchParams({ live: `${site.url}/live`, events: `${site.url}/live/math?pattern=load` })
    const { page, faults } = await openPage(`${origin}/?${places}`)
    await page.evaluate('page.connections(1)')
    expect(await page.evaluate('page.multiply(6, 7)')).toBe(42)
    expect(await page.evaluate('page.later()')).toBe(1005)
    expect(await page.evaluate('page.failure()')).toEqual(['Overflow', '1000000'])
    expect(await page.evaluate('page.sum(1000)')).toBe(499_500)
    expect(await page.evaluate('page.first(1e9, 100)')).toBe(100)
    const math = await site.system.lookup(LiveMathApi)
    await math.publish(1, true)
    await Promise.all([page.evaluate('page.hears(1)'), page.evaluate('page.tells(1)')])
    await page.evaluate('void (page.left = page.pending())')
    // It goes the same way, after that one.
    await page.evaluate('page.multiply(1, 1)')
    await site.stop()
    expect(await page.evaluate('page.left')).toBe('maybe')
    const back = await startSite({ cors, port: site.port })
    await page.evaluate('page.connections(2)')
    expect(await page.evaluate('page.multiply(2, 3)')).toBe(6)
    const again = await back.system.lookup(LiveMathApi)
    await again.publish(2, true)
    await Promise.all([page.evaluate('page.hears(2)'), page.evaluate('page.tells(2)')])
    expect(faults).toEqual([])
  })

  it('of an origin that is not listed gets no connection', { timeout: LIMIT_MS }, async ({ skip }) => {
    if (program === undefined) return skip('not run here: chromium (.ci/run installs it)')
    const origin = await servePage('<!doctype html><script type="module" src="/page.js"></script>', await bundlePage())
    const { url } = await startSite({ cors: ['https://app.example.org'] })
    const places = new URLSearchParams({ live: `${url}/live`, events: `${url}/live/math` })
    const { page } = await openPage(`${origin}/?${places}`)
    expect(await page.waitForFunction('page.states[0]').then((state) => state.jsonValue())).toBe('failed')
  })
})
