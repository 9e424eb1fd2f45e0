import type { ContractSpec } from '../contract.js'
import { Binding } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target as ActorTarget } from '../kernel/ports.js'
import { quote } from '../quote.js'
import type { CallOptions } from '../remote-type.js'
import type { ClientOptions, LookupOptions, Select } from '../self-type.js'
import { deadSelf } from '../turns/failing.js'
import { request } from '../turns/sending.js'
import { checkCallOptions, postFor } from './call-options.js'
import { find, findNow } from './finding.js'
import { offload } from './offloading.js'
import { readFilter, readQuest } from './quest.js'
import { createClient, createRemote } from './remote.js'
import { type Asker, announcements, subscribe, watch } from './subscribing.js'

/** The part of `self` that the system shares: finding services, calling them, offloading work. */
export class AgentVerbs {
  readonly #core: Core
  readonly #life: Life

  constructor(core: Core, life: Life) {
    this.#core = core
    this.#life = life
  }

  tryLookup(target: unknown): object | undefined {
    this.#mustLive()
    const quest = readQuest(target, 'tryLookup()')
    const found = findNow(this.#core, quest.wanted)
    return found === undefined ? undefined : this.#remote(found, quest.contract)
  }

  async lookup(target: unknown, options: LookupOptions = {}): Promise<object> {
    this.#mustLive()
    checkCallOptions(options, 'lookup()')
    const quest = readQuest(target, 'lookup()')
    const timeoutMs = options.timeoutMs ?? this.#core.options.timeoutMs
    const { signal } = options
    const found = await find({ core: this.#core, life: this.#life, wanted: quest.wanted, timeoutMs, signal, action: 'lookup()' })
    return this.#remote(found, quest.contract)
  }

  client(target: unknown, options: ClientOptions = {}): object {
    this.#mustLive()
    const { wanted, contract } = readQuest(target, 'client()')
    const select = options.select ?? (target as { select?: Select } | null)?.select ?? 'first'
    checkSelect(select, options)
    return createClient({ core: this.#core, life: this.#life, wanted, select, contract, options: null, turns: { count: 0 } })
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
    const started = this.#core.world.clock.now()
    const timeoutMs = options.timeoutMs ?? quest.contract?.methods[method]?.timeoutMs ?? this.#core.options.timeoutMs
    const search = { core: this.#core, life: this.#life, wanted: quest.wanted, timeoutMs, signal: options.signal, action: 'call()' }
    const found = findNow(this.#core, quest.wanted) ?? (await find(search))
    const leftMs = Math.max(1, timeoutMs - (this.#core.world.clock.now() - started))
    const route = {
      core: this.#core,
      life: this.#life,
      target: found,
      post: postFor('call', this.#life.cell, method, { options, untrusted: true }),
      timeoutMs: leftMs,
      options: { ...options, timeoutMs: leftMs },
    }
    return await request(route, args)
  }

  async offload(task: unknown, args: unknown, options?: unknown): Promise<unknown> {
    this.#mustLive()
    return await offload(this.#core, this.#life, task, args, options)
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

function checkSelect(select: unknown, options: object): void {
  const unknown = Object.keys(options).find((key) => key !== 'select')
  if (unknown !== undefined) throw new TypeError(`client(): unknown option "${unknown}"; known is select`)
  if (select === 'first' || select === 'random' || select === 'round-robin') return
  if (typeof select === 'object' && select !== null && typeof (select as { sticky?: unknown }).sticky === 'string') return
  throw new TypeError(`client(): select is ${quote(select)}; give 'first', 'random', 'round-robin' or { sticky: key }`)
}

function contractOf(target: ActorTarget): ContractSpec | null {
  return target.far ? null : (target.spec.definition.contract?.['~spec'] ?? null)
}
