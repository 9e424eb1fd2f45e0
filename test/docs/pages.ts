/** The programs in Markdown pages. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Something a page runs: a block ` ```ts run `, or the command in a block ` ```sh run `. */
export interface Program {
  readonly page: string
  readonly line: number
  readonly command: string
  readonly folder: string
  /** The block of `text` that follows. */
  readonly output: string | undefined
  /** A file of the page that must be running: of a block marked `with=NAME`. It listens at `PORT`, and prints a URL when it does. */
  readonly server: string | undefined
  /** It is marked `varies`: its decimal fractions are those of some machine. */
  readonly varies: boolean
}

/** A file that a page shows: a block ` ```ts file=NAME `. One that is shown again is another version of it. */
export interface Source {
  readonly folder: string
  readonly fileName: string
  readonly code: string
}

/** The code of a page. Its programs run in a folder with every file as it was shown last before them. */
export interface Page {
  readonly sources: readonly Source[]
  readonly programs: readonly Program[]
}

interface Block {
  readonly line: number
  readonly language: string
  readonly info: readonly string[]
  readonly code: string
}

/** The code of a page, for folders whose names begin with `folder`. */
export function readPage(page: string, folder: string): Page {
  const blocks = readBlocks(readFileSync(page, 'utf8'))
  const versions: Map<string, string>[] = [new Map()]
  const folderOf = (version: number): string => (version === 0 ? folder : `${folder}-${version}`)
  const programs = blocks.flatMap((block, i) => {
    const fileName = isCode(block) ? fileNameOf(block) : undefined
    if (fileName !== undefined) addFile(versions, fileName, block.code)
    if (!block.info.includes('run')) return []
    const next = blocks[i + 1]
    const told = next?.language === 'text' ? next : undefined
    const command = fileName === undefined ? block.code.trim() : `node ${fileName.endsWith('.ts') ? '--import tsx ' : ''}${fileName}`
    const varies = told?.info.includes('varies') === true
    const server = wordAfter('with=', block)
    return [{ page, line: block.line, command, folder: folderOf(versions.length - 1), output: told?.code, server, varies }]
  })
  const sources = versions.flatMap((files, i) => [...files].map(([fileName, code]) => ({ folder: folderOf(i), fileName, code })))
  return { sources, programs }
}

function isCode({ language }: Block): boolean {
  return language === 'ts' || language === 'js'
}

function fileNameOf(block: Block): string {
  return wordAfter('file=', block) ?? `line-${block.line}.${block.language}`
}

function wordAfter(mark: string, { info }: Block): string | undefined {
  return info.find((word) => word.startsWith(mark))?.slice(mark.length)
}

/** A file that is there already begins another version of all. */
function addFile(versions: Map<string, string>[], fileName: string, code: string): void {
  const newest = versions.at(-1) as Map<string, string>
  if (!newest.has(fileName)) newest.set(fileName, code)
  else versions.push(new Map([...newest, [fileName, code]]))
}

function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  for (const match of markdown.matchAll(/^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)) {
    const line = markdown.slice(0, match.index).split('\n').length
    blocks.push({ line, language: match[1] ?? '', info: (match[2] ?? '').split(/\s+/), code: match[3] ?? '' })
  }
  return blocks
}

/** Writes a file where the others of its page are, so that they can import each other; returns where. */
export function writeSource(place: string, { folder, fileName, code }: Source): string {
  const file = join(place, folder, fileName)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
  return file
}

/** Text without its decimal fractions: times and ratios differ from machine to machine. */
export function withoutFractions(text: string): string {
  return text.replace(/\d+\.\d+/g, '#')
}
