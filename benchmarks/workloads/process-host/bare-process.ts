import { startPlainNode } from '../idle-thread/plain-node.js'

export const start = startPlainNode(new URL('./bare-process.program.mjs', import.meta.url))
