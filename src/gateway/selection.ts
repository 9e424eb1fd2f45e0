import { z } from 'zod'
import { audience, either, name, optionObject } from '../actors/option-schema.js'

/**
 * Which services a mount offers: members of a group, those that the registry shows, or one, by its name or address. Of the registry:
 * `'*'` is all, `''` those of this process, any other text those whose audience it is.
 */
export type Selection =
  | { readonly group: string }
  | { readonly name: string }
  | { readonly address: string }
  | { readonly registry: string }

const forms = "{ group }, { name }, { address } or { registry: '*' }, each with a text"

export const selection: z.ZodType<Selection> = either<Selection>(
  forms,
  optionObject<{ readonly group: string }>({ group: name }, ['group']),
  optionObject<{ readonly name: string }>({ name }, ['name']),
  optionObject<{ readonly address: string }>({ address: z.string().min(1) }, ['address']),
  optionObject<{ readonly registry: string }>({ registry: audience }, ['registry']),
)

/** Whether the URL of a mount is that of its only service; else services are below it, by their names. */
export function isSingle(chosen: Selection): boolean {
  return 'name' in chosen || 'address' in chosen
}
