/** The links in Markdown pages. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A link to a file of the repository. */
export interface Link {
  readonly page: string
  readonly text: string
  readonly file: string
  readonly heading: string | undefined
}

/** The links of a page to files and headings. Their text may be broken over lines, and may hold brackets behind a backslash. */
export function readLinks(page: string): readonly Link[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  const matches = [...prose.matchAll(/\[((?:[^\]\\]|\\.)*)\]\((?!https?:)([^)\s]+)\)/g)]
  return matches.map(([, text = '', target = '']) => {
    const [path = '', heading] = target.split('#')
    return { page, text: plain(text), file: path === '' ? page : join(dirname(page), path), heading }
  })
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\\(.)/g, '$1').replaceAll('`', '')
}

/** Whether the file is there, and the heading in it. */
export function leadsSomewhere({ file, heading }: Link): boolean {
  if (!existsSync(file)) return false
  return heading === undefined || headingsOf(file).includes(heading)
}

/** Whether a link to a test has the name of one in that file as its text, with or without that of the group it is in. */
export function namesTest({ file, text }: Link): boolean {
  if (!existsSync(file)) return false
  const names = new Set(literalsIn(readFileSync(file, 'utf8')))
  if (names.has(text)) return true
  return [...names].some((group) => text.startsWith(`${group} `) && names.has(text.slice(group.length + 1)))
}

/** The texts that are first arguments: the names of tests and groups are among them. */
function literalsIn(code: string): readonly string[] {
  return [...code.matchAll(/\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map((match) => plain(match[2] ?? ''))
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
