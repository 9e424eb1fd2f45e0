const MOST_SECRETS = 2

/** What a file of secrets holds, the newest first: one a line, at most two. Or why it will not do. */
export function parseSecrets(text: string): readonly string[] | string {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  if (lines.length === 0) return 'is empty: put the secret into it'
  if (lines.length > MOST_SECRETS) return `has ${lines.length} lines: give the secret, and on a second line an older one that still counts`
  return lines
}
