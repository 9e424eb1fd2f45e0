import { parentPort } from 'node:worker_threads'
import comlink from 'comlink'
import { nodeEndpoint } from './comlink-endpoint.mjs'
import { next } from './next.mjs'

if (parentPort !== null) comlink.expose({ next }, nodeEndpoint(parentPort))
