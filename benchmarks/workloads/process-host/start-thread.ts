import { startingIn } from './starting.js'

export const start = startingIn('dedicated')
