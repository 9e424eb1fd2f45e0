/** The code in Markdown pages. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A fenced block: ` ```ts file=NAME run `; a block of `text` that follows one to be run is what it prints. */
export interface Snippet {
  readonly page: string
  readonly line: number
  readonly fileName: string
  readonly code: string
  readonly runs: boolean
  readonly output: string | undefined
}

interface Block {
  readonly line: number
  readonly language: string
  readonly info: readonly string[]
  readonly code: string
}

/** The snippets of a page in TypeScript and JavaScript, in order. */
export function readSnippets(page: string): readonly Snippet[] {
  const blocks = readBlocks(readFileSync(page, 'utf8'))
  return blocks.flatMap((block, i) => {
    const { language, info, line, code } = block
    if (language !== 'ts' && language !== 'js') return []
    const next = blocks[i + 1]
    const named = info.find((word) => word.startsWith('file='))?.slice('file='.length)
    const output = next?.language === 'text' ? next.code : undefined
    return [{ page, line, code, fileName: named ?? `line-${line}.${language}`, runs: info.includes('run'), output }]
  })
}

function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  for (const match of markdown.matchAll(/^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)) {
    const line = markdown.slice(0, match.index).split('\n').length
    blocks.push({ line, language: match[1] ?? '', info: (match[2] ?? '').split(/\s+/), code: match[3] ?? '' })
  }
  return blocks
}

/** Writes a snippet where the others of its page are, so that they can import each other; returns the file. */
export function writeSnippet(folder: string, { page, fileName, code }: Snippet): string {
  const file = join(folder, basename(page, '.md'), fileName)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
  return file
}
