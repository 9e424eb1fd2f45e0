import { service } from 'troupe'

export const Process = service(import.meta, 'process', () => ({ pid: () => process.pid }))
