/** What was thrown, as text; anything can be thrown, also what has none. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return `${typeof thrown} without text`
  }
}
