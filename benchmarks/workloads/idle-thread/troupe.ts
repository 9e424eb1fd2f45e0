import { startPlainNode } from './plain-node.js'

export const start = startPlainNode(new URL('./troupe.program.mjs', import.meta.url))
