/** Names that are never methods, so that a Remote is neither thenable nor callable and nothing is looked up on a prototype. */
export const RESERVED_METHODS: ReadonlySet<string> = new Set([
  '$',
  'then',
  'catch',
  'finally',
  'toJSON',
  'toString',
  'valueOf',
  'constructor',
  '__proto__',
])
