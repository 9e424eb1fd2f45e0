import type { Workload } from '../harness/workload.js'
import { announce, groups } from './announce/workload.js'
import { callMany, callOne } from './call/workload.js'
import { codec, copy } from './codec/workload.js'
import { cpuPool, cpuPoolLong } from './cpu-pool/workload.js'
import { create, memory } from './create/workload.js'
import { crossCallMany, crossCallManyOneCore, crossCallOne, crossCallOneCore } from './cross-call/workload.js'
import { crossTell, crossTellOneCore } from './cross-tell/workload.js'
import { exchangeCallMany, exchangeCallOne } from './exchange-call/workload.js'
import { exchangeMemory, exchangeNewcomer, exchangeWithdrawn } from './exchange-news/workload.js'
import { exchangeTell } from './exchange-tell/workload.js'
import { flood } from './flood/workload.js'
import { gatewayJsonRpc, gatewayJsonRpcCpu } from './gateway-json-rpc/workload.js'
import { gatewayLive, gatewayLiveCpu, gatewayLiveOneCpu } from './gateway-live/workload.js'
import { idleCpu } from './idle-cpu/workload.js'
import { idleThread } from './idle-thread/workload.js'
import { lookup } from './lookup/workload.js'
import { pair } from './pair/workload.js'
import { pingPong } from './ping-pong/workload.js'
import { idleProcess, processCallMany, processCallOne, processStart } from './process-host/workload.js'
import { publish } from './publish/workload.js'
import { serviceMemory, subscriptionMemory } from './router-memory/workload.js'
import { skynet } from './skynet/workload.js'
import { subjectsCached, subjectsCold, subjectsFew } from './subjects/workload.js'
import { subscribe } from './subscribe/workload.js'
import { tell } from './tell/workload.js'

/** All workloads, in the order in which they run. */
export const workloads: readonly Workload[] = [
  codec,
  copy,
  tell,
  pingPong,
  callOne,
  callMany,
  create,
  memory,
  skynet,
  idleThread,
  idleCpu,
  crossCallOne,
  crossCallMany,
  crossTell,
  crossCallOneCore,
  crossCallManyOneCore,
  crossTellOneCore,
  flood,
  processCallOne,
  processCallMany,
  processStart,
  idleProcess,
  exchangeCallOne,
  exchangeCallMany,
  exchangeTell,
  exchangeNewcomer,
  exchangeMemory,
  exchangeWithdrawn,
  gatewayJsonRpc,
  gatewayJsonRpcCpu,
  gatewayLive,
  gatewayLiveCpu,
  gatewayLiveOneCpu,
  cpuPool,
  cpuPoolLong,
  pair,
  publish,
  subscribe,
  subjectsCold,
  subjectsCached,
  subjectsFew,
  announce,
  groups,
  lookup,
  serviceMemory,
  subscriptionMemory,
]

/** @throws RangeError for a name that none has. */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name)
  if (found === undefined) throw new RangeError(`findWorkload(): there is no workload "${name}"`)
  return found
}
