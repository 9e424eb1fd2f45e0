import { RequestAborted, ServiceUnavailable } from '../../base/failures.js'
import type { ContractSpec } from '../contract.js'
import { Alarm } from '../kernel/alarm.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target as ActorTarget } from '../kernel/ports.js'
import { quote } from '../quote.js'
import type { CallOptions } from '../remote-type.js'
import type { LookupOptions } from '../self-type.js'
import { currentCall } from '../turns/context.js'
import { deadSelf } from '../turns/failing.js'
import { request } from '../turns/sending.js'
import { checkCallOptions, postFor } from './call-options.js'
import { offload } from './offloading.js'
import { printQuest, type Quest, readQuest } from './quest.js'
import { createRemote } from './remote.js'

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
    const found = findNow(this.#core, quest)
    return found === undefined ? undefined : this.#remote(found, quest.contract)
  }

  async lookup(target: unknown, options: LookupOptions = {}): Promise<object> {
    this.#mustLive()
    checkCallOptions(options, 'lookup()')
    const quest = readQuest(target, 'lookup()')
    return this.#remote(await this.#find(quest, options), quest.contract)
  }

  async call(target: unknown, method: unknown, args: unknown, options: CallOptions = {}): Promise<unknown> {
    this.#mustLive()
    if (typeof method !== 'string') throw new TypeError(`call(): method is ${quote(method)}; give the name of a method`)
    if (!Array.isArray(args)) throw new TypeError(`call(): args is ${quote(args)}; give an array of arguments`)
    checkCallOptions(options, 'call()')
    const quest = readQuest(target, 'call()')
    const started = this.#core.world.clock.now()
    const timeoutMs = options.timeoutMs ?? quest.contract?.methods[method]?.timeoutMs ?? this.#core.options.timeoutMs
    const found = findNow(this.#core, quest) ?? (await this.#find(quest, { ...options, timeoutMs }))
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

  #mustLive(): void {
    if (this.#life.dead) throw deadSelf(this.#life.cell)
  }

  #remote(target: ActorTarget, contract: ContractSpec | null): object {
    return createRemote({ core: this.#core, life: this.#life, target, contract: contract ?? contractOf(target), options: null })
  }

  /** Waits until one is visible; no longer than the running request has left. */
  #find(quest: Quest, options: LookupOptions): Promise<ActorTarget> {
    const found = findNow(this.#core, quest)
    if (found !== undefined) return Promise.resolve(found)
    const wantedMs = options.timeoutMs ?? this.#core.options.timeoutMs
    const call = currentCall(this.#core, this.#life.cell)
    if (call !== null) this.#core.deadlines.armNow(call)
    const leftMs = call === null || call.due < 0 ? wantedMs : Math.min(wantedMs, Math.max(0, call.due - this.#core.world.clock.now()))
    return this.#wait(quest, leftMs, options.signal)
  }

  #wait(quest: Quest, timeoutMs: number, signal: AbortSignal | undefined): Promise<ActorTarget> {
    const core = this.#core
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(lookupAborted(quest, signal))
      if (core.closed) return reject(systemGone(quest))
      core.retain()
      const finish = (settle: () => void) => (): void => {
        core.deadlines.remove(alarm)
        stopListening()
        forget()
        outlive()
        signal?.removeEventListener('abort', onAbort)
        core.release()
        settle()
      }
      const alarm = new Alarm(finish(() => reject(notVisible(quest, timeoutMs))))
      const onAbort = finish(() => reject(lookupAborted(quest, signal)))
      const stopListening = core.directory.onVisible(quest, (target) => finish(() => resolve(target))())
      const forget = core.whenClosed(finish(() => reject(systemGone(quest))))
      const outlive = endingWith(
        this.#life,
        finish(() => reject(this.#life === core.root.life ? systemGone(quest) : deadSelf(this.#life.cell))),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      if (timeoutMs !== Number.POSITIVE_INFINITY) core.deadlines.after(alarm, timeoutMs)
    })
  }
}

/** A lookup waits no longer than the actor lives that asked for it. */
function endingWith(life: Life, end: () => void): () => void {
  life.waits ??= new Set()
  life.waits.add(end)
  return () => void life.waits?.delete(end)
}

function contractOf(target: ActorTarget): ContractSpec | null {
  return target.far ? null : (target.spec.definition.contract?.['~spec'] ?? null)
}

function findNow(core: Core, quest: Quest): ActorTarget | undefined {
  const found = quest.id === undefined ? core.directory.find(quest.name) : core.directory.findById(quest.id)
  return found ?? (quest.id === undefined ? undefined : core.knownActor(quest.id))
}

function notVisible(quest: Quest, timeoutMs: number): ServiceUnavailable {
  return new ServiceUnavailable({
    details: `lookup(): ${printQuest(quest)} did not become visible within ${Math.round(timeoutMs)} ms; spawn it, or check name and audience`,
  })
}

function systemGone(quest: Quest): ServiceUnavailable {
  return new ServiceUnavailable({ details: `lookup(): ${printQuest(quest)} did not become visible before the system stopped` })
}

function lookupAborted(quest: Quest, signal: AbortSignal | undefined): RequestAborted {
  return new RequestAborted({
    details: `lookup() of ${printQuest(quest)} was aborted by its caller`,
    delivered: 'no',
    cause: signal?.reason,
  })
}
