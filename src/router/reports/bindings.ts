import { type ActorFacts, Binding } from '../../actors/kernel/binding.js'

const bindings = new WeakMap<ActorFacts, Binding>()

/** The binding for some facts, made once: a publisher is named in every report. */
export function bindingFor(facts: ActorFacts): Binding {
  const known = bindings.get(facts) ?? new Binding(facts)
  bindings.set(facts, known)
  return known
}
