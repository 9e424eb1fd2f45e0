/**
 * Lesson 1: an actor is a closure with a mailbox. This one is light: it has no name, lives in the thread that spawned it,
 * and may close over local variables. `setup` runs once; what it returns can be called from outside, one message at a time.
 */
import { actor, createSystem } from 'troupe'

await using system = await createSystem({ threads: 0 })

const Greeter = actor((_self, init: { greeting: string }) => {
  let greeted = 0 // the actor's state: nobody else can reach it
  return {
    greet(name: string) {
      greeted++
      return `${init.greeting}, ${name}!`
    },
    count: () => greeted,
  }
})

const greeter = system.spawn(Greeter, { init: { greeting: 'Hello' } })

// A call is a message with an answer: a promise of what the method returns.
console.log(await greeter.greet('world'))

// A tell is a message without one. It says what became of the message, not of the work.
console.log(greeter.$.tell.greet('nobody waits for this'))

// Messages from one sender arrive in order, so by now both greetings have been counted.
console.log(`greeted ${await greeter.count()} times`)
