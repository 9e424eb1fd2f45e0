import { parentPort } from 'node:worker_threads'
import { watchLateness } from './lateness.mjs'

let count = 0
let lateness = () => Number.NaN
parentPort?.on('message', ({ kind }) => {
  if (kind === 'take') return void count++
  if (kind === 'begin') {
    count = 0
    lateness = watchLateness()
  }
  parentPort?.postMessage({ count, lateMs: kind === 'end' ? lateness() : 0 })
})
