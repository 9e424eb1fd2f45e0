import { actor, service } from '../../src/actors/define.js'
import type { ServiceBinding } from '../../src/actors/remote-type.js'

/** A light actor, which is announced nowhere. */
export const Counter = actor(() => {
  let count = 0
  return { say: (value: number) => (count += value) }
})

export const Echo = service(import.meta, 'echo', { concurrency: 8 }, (self) => {
  const heard: unknown[] = []
  return {
    say: (value: unknown) => value,
    note: (value: unknown) => void heard.push(value),
    heard: () => heard,
    caller: () => [self.request.sender.process, self.request.sender.name],
    properties: () => ({ ...self.request.properties }),
    async *count(to: number) {
      for (let i = 0; i < to; i++) yield i
    },
    boom: () => {
      throw new Error('boom')
    },
    never: () => new Promise<void>(() => undefined),
    publish: (subject: string, value: unknown, lifetimeMs = 0) => self.publish(subject, value, { lifetimeMs }),
    join: (group: string) => self.joinGroup(group),
    leave: (group: string) => self.leaveGroup(group),
    child: () => self.spawn(Counter),
    handOn: async (name: string) => self.request.forward(await self.lookup(name), 'say'),
    later: (value: unknown) => {
      const answer = self.request.defer()
      self.after(5, () => answer.resolve(value))
      return answer
    },
    call: async (other: { readonly say: (value: unknown) => Promise<unknown> }, value: unknown) => await other.say(value),
    end: () => self.stop(),
  }
})

/** Asks others on behalf of who asks it. */
export const Middle = service(import.meta, 'middle', { concurrency: 8 }, (self) => {
  const subscribers = new Map<string, ServiceBinding>()
  self.publish('to all', 'kept', { lifetimeMs: Number.POSITIVE_INFINITY })
  self.onSubscription(({ status, subscriber }) => void (status === 'requested' && subscribers.set(subscriber.process, subscriber)))
  return {
    where: () => self.system.process.id,
    remainingMs: () => self.request.remainingMs,
    ask: async (name: string, timeoutMs: number) => self.call(await self.lookup(name), 'remainingMs', [], { timeoutMs }),
    handOn: async (name: string, method: string) => self.request.forward(await self.lookup(name), method),
    fetchChild: async (name: string) => self.call(await self.lookup(name), 'child', []),
    greet: (subject: string, process: string) => {
      self.sendReport(subscribers.get(process) as ServiceBinding, subject, 'directed')
      return 1
    },
  }
})

/** One of few means. */
export const Repeat = service(import.meta, 'repeat', () => ({ say: (value: unknown) => value }))
