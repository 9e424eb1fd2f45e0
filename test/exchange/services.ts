import { actor, service } from '../../src/actors/define.js'

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
