import { SaxesParser } from 'saxes'
import { RequestDecodingError } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'

/** An element of XML with what is in it. */
export interface Element {
  readonly name: string
  /** Its own text, that of elements within it left out. */
  text: string
  readonly children: Element[]
}

/** An array or struct takes three elements. */
const MAX_DEPTH = 200
const MAX_ELEMENTS = 300_000

const ENCODINGS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/**
 * The root of an XML document. Attributes, comments and processing instructions are left out.
 *
 * - **Errors**: what is no XML, a document type (and with it every entity that is not XML's own), elements that are too many or too deep.
 *
 * @throws RequestDecodingError
 */
export function readXml(text: string): Element {
  const tree = new TreeBuilder()
  const parser = new SaxesParser({ xmlns: false, position: false })
  parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
    if (!ENCODINGS.has(encoding.toLowerCase())) throw unreadable(`encoding "${encoding}" is not UTF-8`)
  })
  parser.on('doctype', () => {
    throw unreadable('a document type is refused')
  })
  parser.on('error', (error) => {
    throw unreadable(error.message)
  })
  parser.on('opentag', ({ name }) => tree.open(name))
  parser.on('closetag', () => tree.close())
  parser.on('text', (part) => tree.write(part))
  parser.on('cdata', (part) => tree.write(part))
  try {
    parser.write(text.replace(/^\uFEFF/, '')).close()
  } catch (error) {
    throw error instanceof RequestDecodingError ? error : unreadable(thrownText(error))
  }
  if (tree.root === null) throw unreadable('there is no element')
  return tree.root
}

/** The failure of a document that is no call. */
export function unreadable(fault: string): RequestDecodingError {
  return new RequestDecodingError({ origin: 'troupe.xmlrpc', details: `the body is no call of XML-RPC: ${fault}` })
}

class TreeBuilder {
  root: Element | null = null
  readonly #open: Element[] = []
  #count = 0

  open(name: string): void {
    if (this.#open.length >= MAX_DEPTH) throw unreadable(`elements are nested more than ${MAX_DEPTH} deep`)
    if (++this.#count > MAX_ELEMENTS) throw unreadable(`there are more than ${MAX_ELEMENTS} elements`)
    const element: Element = { name, text: '', children: [] }
    const parent = this.#open.at(-1)
    if (parent === undefined) this.root = element
    else parent.children.push(element)
    this.#open.push(element)
  }

  close(): void {
    this.#open.pop()
  }

  write(text: string): void {
    const element = this.#open.at(-1)
    if (element !== undefined) element.text += text
  }
}
