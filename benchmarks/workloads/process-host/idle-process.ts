import { startPlainNode } from '../idle-thread/plain-node.js'

export const start = startPlainNode(new URL('./idle-process.program.mjs', import.meta.url))
