import type { ContractSpec, MethodSpec } from '../../actors/contract.js'
import { embedded, type JsonSchema, jsonSchemaOf } from '../schemas/json-schema.js'
import { callableMethods } from '../schemas/methods.js'
import { signatureOf } from '../schemas/parameters.js'
import type { Service } from '../services.js'
import { rpcCode } from './reply.js'

const APPLICATION_ERROR = 57

/** What a service offers over JSON-RPC, as OpenRPC (spec.open-rpc.org); streams are left out, for they have many answers. */
export function openRpcDocument(service: Service): object {
  const { name, contract } = service
  return {
    openrpc: '1.3.2',
    info: { title: name, version: '1' },
    methods: callableMethods(service).map(([method, spec]) => methodObject(`${name}.${method}`, method, spec, contract)),
  }
}

function methodObject(id: string, name: string, spec: MethodSpec, contract: ContractSpec | null): object {
  const { takesObject, parameters, result } = signatureOf(spec)
  const errors = Object.entries(contract?.errors ?? {})
  return {
    name,
    params: parameters.map((one) => ({ name: one.name, required: one.required, schema: embedded(one.schema, `${id}:${one.name}`) })),
    paramStructure: takesObject ? 'by-name' : 'either',
    result: { name: 'result', schema: result === undefined ? { type: 'null' } : embedded(result, `${id}:result`) },
    ...(errors.length === 0 ? {} : { errors: errors.map(([code, schema]) => errorObject(code, jsonSchemaOf(schema))) }),
  }
}

/** Typed failures have one code; which it is says `data.code`. */
function errorObject(code: string, schema: JsonSchema): object {
  return { code: rpcCode(APPLICATION_ERROR), message: code, data: { code, data: schema } }
}
