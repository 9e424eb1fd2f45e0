import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as troupe from 'troupe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leadsSomewhere, namesTest, readLinks } from './links.js'
import { type Program, readPage, withoutFractions, writeSource } from './pages.js'
import { startServer } from './server.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const listed = ['docs', 'docs/guides', 'docs/adr'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
const pages = ['README.md', ...listed.filter((name) => name.endsWith('.md'))]
const LIMIT_MS = 60_000

const codes = pages.map((page) => readPage(join(root, page), page.replaceAll('/', '-').replace('.md', '')))
const programs = codes.flatMap((code) => code.programs)
const sources = codes.flatMap((code) => code.sources)
const files: string[] = []

/** Inside the repository, so that `troupe` and its dependencies are found by name. */
let place = ''

beforeAll(() => {
  place = mkdtempSync(join(root, 'test/docs/.snippets-'))
  for (const source of sources) files.push(writeSource(place, source))
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

const PATH = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
const env = { ...process.env, PATH, NO_COLOR: '1', FORCE_COLOR: '0' }

/** As in a terminal that stands in the folder of the page. */
async function execute(program: Program): Promise<string> {
  const { command, folder, server } = program
  const cwd = join(place, folder)
  if (server === undefined) return (await run('sh', ['-c', command], { cwd, env })).stdout
  await using running = await startServer(server, { cwd, env })
  const { stdout } = await run('sh', ['-c', command.replaceAll('http://localhost:8000', running.url)], { cwd, env })
  // Answers over HTTP do not end with a line break.
  return stdout.endsWith('\n') ? stdout : `${stdout}\n`
}

/** The first word of a command that is not everywhere where Node is, and is not here. */
async function lacking({ command }: Program): Promise<string | undefined> {
  const [tool = ''] = command.split(' ')
  const isThere =
    tool !== 'curl' ||
    (await run('curl', ['--version']).then(
      () => true,
      () => false,
    ))
  return isThere ? undefined : tool
}

describe('documentation', () => {
  it('its snippets compile', { timeout: LIMIT_MS }, async () => {
    const config = join(place, 'tsconfig.json')
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, noPropertyAccessFromIndexSignature: false }
    writeFileSync(config, JSON.stringify({ extends: '../../../tsconfig.json', compilerOptions, files, include: [] }))
    const faults = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { cwd: root }).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    )
    expect(faults).toBe('')
  })

  it.for(programs.map((program) => [`${relative(root, program.page)}:${program.line}`, program] as const))(
    'the program at %s prints what the page says',
    { timeout: LIMIT_MS },
    async ([, program], { skip }) => {
      const tool = await lacking(program)
      if (tool !== undefined) return skip(told(`not run here: ${tool} (.ci/run installs it)`))
      const form = program.varies ? withoutFractions : (text: string) => text
      expect(form(await execute(program))).toBe(form(program.output ?? 'nothing: a block of text must follow'))
    },
  )

  it('the example of the README is examples/readme.ts', () => {
    const source = sources.find(({ fileName }) => fileName === 'readme.ts')
    const program = programs.find(({ page }) => page === join(root, 'README.md'))
    expect(source?.code).toBe(readFileSync(join(root, 'examples/readme.ts'), 'utf8'))
    expect(program?.output).toBe(readFileSync(join(root, 'examples/readme.out'), 'utf8'))
  })

  it('its links lead to files and headings that exist', () => {
    const links = pages.flatMap((page) => readLinks(join(root, page)))
    expect(
      links.filter((link) => !leadsSomewhere(link)).map(({ page, file }) => `${relative(root, page)}: ${relative(root, file)}`),
    ).toEqual([])
  })

  it('each test that the guarantees name exists', () => {
    const links = readLinks(join(root, 'docs/guarantees.md')).filter(({ file }) => file.endsWith('.test.ts'))
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((link) => !namesTest(link)).map(({ file, text }) => `${relative(root, file)}: ${text}`)).toEqual([])
  })

  it('the guarantees name every reason for which a message is dropped', async () => {
    await using system = await troupe.createSystem({ threads: 0 })
    const text = readFileSync(join(root, 'docs/guarantees.md'), 'utf8')
    const table = text.slice(text.indexOf('| reason |')).split('\n\n')[0] ?? ''
    const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '))
    expect(named.sort()).toEqual(Object.keys(system.stats().totals.dropped).sort())
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

/** Shows a reason also where reporters do not. */
function told(reason: string): string {
  console.log(reason)
  return reason
}

function isFailureClass(value: unknown): boolean {
  return typeof value === 'function' && Object.prototype.isPrototypeOf.call(troupe.ServiceFailure, value)
}

function byName(one: { readonly name?: string | undefined }, other: { readonly name?: string | undefined }): number {
  return String(one.name).localeCompare(String(other.name))
}
