import { startPlainNode } from './plain-node.js'

export const start = startPlainNode(new URL('./worker.program.mjs', import.meta.url))
