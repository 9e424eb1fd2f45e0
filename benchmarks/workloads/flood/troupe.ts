import { floodingOver } from './flooding.js'

export const start = floodingOver()
