import type { LookupOptions } from '../agent-type.js'
import type { ContractSpec } from '../contract.js'
import { ask, Client } from '../finding/client.js'
import { find } from '../finding/search.js'
import { Binding } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target as ActorTarget } from '../kernel/ports.js'
import { clientOptions, parseOptions } from '../options.js'
import { quote } from '../quote.js'
import type { CallOptions } from '../remote-type.js'
import { deadSelf } from '../turns/failing.js'
import type { Sending } from '../turns/sending.js'
import { checkCallOptions, postFor } from './call-options.js'
import { offload } from './offloading.js'
import { type Quest, readFilter, readQuest } from './quest.js'
import { createClient, createRemote } from './remote.js'
import { type Asker, announcements, subscribe, watch } from './subscribing.js'

/** The part of `self` that the system shares: finding services, calling them, offloading work. */
export class AgentVerbs {
  readonly #core: Core
  readonly #life: Life
  /** Lookups so far, for those that take turns. */
  #turn = 0

  constructor(core: Core, life: Life) {
    this.#core = core
    this.#life = life
  }

  tryLookup(target: unknown): object | undefined {
    this.#mustLive()
    const quest = readQuest(target, 'tryLookup()')
    const found = this.#client(quest).pick(this.#turn++)
    return found === undefined ? undefined : this.#remote(found, quest.contract)
  }

  async lookup(target: unknown, options: LookupOptions = {}): Promise<object> {
    this.#mustLive()
    checkCallOptions(options, 'lookup()')
    const quest = readQuest(target, 'lookup()')
    const found = this.#client(quest).pick(this.#turn++)
    if (found !== undefined) return this.#remote(found, quest.contract)
    const sending = this.#sending('lookup', this.#core.options.timeoutMs, options)
    return this.#remote(await find({ wanted: quest.wanted, sending, action: 'lookup()' }), quest.contract)
  }

  client(target: unknown, options?: unknown): object {
    this.#mustLive()
    const quest = readQuest(target, 'client()')
    const client = this.#client({ ...quest, ...parseOptions(clientOptions, options, 'client()') })
    return createClient({ core: this.#core, life: this.#life, client, contract: quest.contract, options: null })
  }

  subscribe(target: unknown, pattern: unknown, ...rest: readonly unknown[]): object {
    return subscribe(this.#asker(), target, pattern, rest)
  }

  announcements(filter: unknown, ...rest: readonly unknown[]): object {
    return announcements(this.#asker(), filter, rest)
  }

  watch(target: unknown, listener: unknown): object {
    return watch(this.#asker(), target, listener)
  }

  lookupAll(filter: unknown): readonly Binding[] {
    this.#mustLive()
    return this.#core.directory.factsOfAll(readFilter(filter, 'lookupAll()')).map((facts) => new Binding(facts))
  }

  async call(target: unknown, method: unknown, args: unknown, options: CallOptions = {}): Promise<unknown> {
    this.#mustLive()
    if (typeof method !== 'string') throw new TypeError(`call(): method is ${quote(method)}; give the name of a method`)
    if (!Array.isArray(args)) throw new TypeError(`call(): args is ${quote(args)}; give an array of arguments`)
    checkCallOptions(options, 'call()')
    const quest = readQuest(target, 'call()')
    const timeoutMs = quest.contract?.methods[method]?.timeoutMs ?? this.#core.options.timeoutMs
    return await ask(this.#client(quest), this.#sending(method, timeoutMs, options), args, this.#turn++)
  }

  async offload(task: unknown, args: unknown, options?: unknown): Promise<unknown> {
    this.#mustLive()
    return await offload(this.#core, this.#life, task, args, options)
  }

  #sending(method: string, timeoutMs: number, options: CallOptions): Sending {
    const life = this.#life
    const post = postFor('call', life.cell, method, { options, untrusted: true })
    return { core: this.#core, life, post, timeoutMs, options }
  }

  #client({ wanted, select }: Quest): Client {
    return new Client(this.#core, wanted, select ?? 'first')
  }

  #asker(): Asker {
    this.#mustLive()
    return { core: this.#core, life: this.#life }
  }

  #mustLive(): void {
    if (this.#life.dead) throw deadSelf(this.#life.cell)
  }

  #remote(target: ActorTarget, contract: ContractSpec | null): object {
    return createRemote({ core: this.#core, life: this.#life, target, contract: contract ?? contractOf(target), options: null })
  }
}

function contractOf(target: ActorTarget): ContractSpec | null {
  return target.far ? null : (target.spec.definition.contract?.['~spec'] ?? null)
}
