import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const MAX_BYTES = 15_000

/** What a page loads that imports `createClient`, as bundlers make it. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: "export { createClient } from './index.js'",
      resolveDir: fileURLToPath(new URL('../../src/client', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
  })
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), imports: Object.values(metafile.outputs).flatMap(({ imports }) => imports) }
}

describe('troupe/client in a bundle for browsers', () => {
  it('is at most 15 kB compressed, and needs nothing else', async () => {
    const { code, imports } = await bundle()
    expect(code.length).toBeGreaterThan(10_000)
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(MAX_BYTES)
    expect(imports).toEqual([])
  })
})
