import { next } from '../cross-call/next.mjs'

process.on('message', (/** @type {{ id: number, value: number }} */ { id, value }) => process.send?.({ id, value: next(value) }))
