import { workerData } from 'node:worker_threads'
import { next } from './next.mjs'
import { openEnd } from './ring-end.mjs'

const send = openEnd(workerData, (id, value) => send(id, next(value)))
