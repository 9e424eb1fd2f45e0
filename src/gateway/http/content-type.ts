const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/** The media type of a header `content-type` in lower case; `undefined` when there is none, or its text is not UTF-8. */
export function mediaType(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  if (header === 'application/json' || header === 'text/xml') return header
  const [type = '', ...parameters] = header.toLowerCase().split(';')
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    if (name.trim() === 'charset' && !CHARSETS.has(value.trim().replace(/^"(.*)"$/, '$1'))) return undefined
  }
  return type.trim() || undefined
}
