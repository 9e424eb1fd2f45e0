import { service } from 'troupe'

export const Idle = service(import.meta, 'idle', (self) => ({ thread: () => self.thread }))
