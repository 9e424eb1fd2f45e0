import { service } from 'troupe'

/** Publishes what it is told. */
export const PublisherService = service(import.meta, 'publisher', (self) => ({
  say(subject: string, value: unknown) {
    self.publish(subject, value)
  },
}))
