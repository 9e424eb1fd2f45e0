import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as troupe from 'troupe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSnippets, type Snippet, writeSnippet } from './snippets.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const guides = readdirSync(join(root, 'docs/guides')).filter((name) => name.endsWith('.md'))
const pages = ['README.md', 'docs/README.md', ...guides.map((name) => `docs/guides/${name}`)]
const snippets = pages.flatMap((page) => readSnippets(join(root, page)))
const LIMIT_MS = 60_000

/** Inside the repository, so that `troupe` and its dependencies are found by name. */
let folder = ''
const files = new Map<Snippet, string>()

beforeAll(() => {
  folder = mkdtempSync(join(root, 'test/docs/.snippets-'))
  for (const snippet of snippets) files.set(snippet, writeSnippet(folder, snippet))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('documentation', () => {
  it('its snippets compile', { timeout: LIMIT_MS }, async () => {
    const config = join(folder, 'tsconfig.json')
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
    writeFileSync(config, JSON.stringify({ extends: '../../../tsconfig.json', compilerOptions, files: [...files.values()], include: [] }))
    const faults = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { cwd: root }).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    )
    expect(faults).toBe('')
  })

  it.for(snippets.filter(({ runs }) => runs).map((snippet) => [`${relative(root, snippet.page)}:${snippet.line}`, snippet] as const))(
    'the snippet at %s prints what the page says',
    { timeout: LIMIT_MS },
    async ([, snippet]) => {
      const args = snippet.fileName.endsWith('.ts') ? ['--import', 'tsx'] : []
      const { stdout } = await run(process.execPath, [...args, files.get(snippet) as string], { cwd: root })
      expect(stdout).toBe(snippet.output)
    },
  )

  it('the example of the README is examples/readme.ts', () => {
    const snippet = snippets.find(({ fileName }) => fileName === 'readme.ts')
    expect(snippet?.code).toBe(readFileSync(join(root, 'examples/readme.ts'), 'utf8'))
    expect(snippet?.output).toBe(readFileSync(join(root, 'examples/readme.out'), 'utf8'))
  })

  it('its links lead to files and headings that exist', () => {
    expect(pages.flatMap(findDeadLinks)).toEqual([])
  })

  it('the table of errors lists the classes with their numbers and codes', () => {
    const text = readFileSync(join(root, 'docs/guides/errors.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| `(ERR_\w+)` \|/gm)].map(([, name, error, code]) => ({
      name,
      error: Number(error),
      code,
    }))
    const classes = Object.entries(troupe).filter(([, value]) => isFailureClass(value))
    const wanted = classes.map(([name, value]) => {
      const { error, code } = new (value as new () => troupe.ServiceFailure)()
      return { name, error, code }
    })
    expect(rows.sort(byName)).toEqual(wanted.sort(byName))
  })
})

function isFailureClass(value: unknown): boolean {
  return typeof value === 'function' && Object.prototype.isPrototypeOf.call(troupe.ServiceFailure, value)
}

function byName(one: { readonly name?: string | undefined }, other: { readonly name?: string | undefined }): number {
  return String(one.name).localeCompare(String(other.name))
}

function findDeadLinks(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return links.filter((link) => !leadsSomewhere(page, link)).map((link) => `${page}: ${link}`)
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#')
  const file = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return false
  return heading === undefined || headingsOf(file).includes(heading)
}

/** The anchors that GitHub gives to headings. */
function headingsOf(file: string): readonly string[] {
  const titles = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '')
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
