import { z } from 'zod'
import { isOfThisMachine, normalAddress } from './addresses.js'

/** What commander makes of the options of `troupe exchange`. */
export type ExchangeFlags = z.input<typeof exchangeFlags>

/** Where a secret is to be had; it is never among the options themselves, where every process of the machine could read it. */
export type SecretSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'given'; readonly secret: string }

/** What `troupe exchange` is to do. */
export interface ExchangeSettings {
  /** As `listen` and `connect` take them. */
  readonly listen: readonly string[]
  readonly connect: readonly string[]
  readonly group: string
  readonly role: 'server' | 'client'
  readonly secret: SecretSource
  readonly insecure: boolean
  readonly retryDelayMs: number | false
  readonly json: boolean
}

const DEFAULT_RETRY_MS = 5000
const LONGEST_RETRY_MS = 86_400_000
const HIGHEST_PORT = 65_535

/** An address, the port of which may be 0, for any free one, only where it is listened. */
function address(lowestPort: 0 | 1): z.ZodType<string, string> {
  const allowed = `a port (${lowestPort} to ${HIGHEST_PORT}), HOST:PORT, tcp://HOST:PORT or unix:/PATH; an IPv6 host goes into brackets`
  return z.string().transform((text, context) => {
    const normal = normalAddress(text, { lowest: lowestPort, highest: HIGHEST_PORT })
    if (normal !== undefined) return normal
    context.issues.push({ code: 'custom', message: allowed, input: text })
    return z.NEVER
  })
}

const retryDelay: z.ZodType<number | false, string> = z.string().transform((text, context) => {
  if (text === 'never') return false
  const delayMs = /^\d+$/.test(text) ? Number(text) : 0
  if (delayMs >= 1 && delayMs <= LONGEST_RETRY_MS) return delayMs
  context.issues.push({ code: 'custom', message: `1 to ${LONGEST_RETRY_MS} (milliseconds), or never`, input: text })
  return z.NEVER
})

const exchangeFlags = z.object({
  listen: z.array(address(0)).default([]),
  connect: z.array(address(1)).default([]),
  group: z.string().default(''),
  client: z.boolean().default(false),
  secretFile: z.string().optional(),
  insecure: z.boolean().default(false),
  retryDelay: retryDelay.default(DEFAULT_RETRY_MS),
  json: z.boolean().default(false),
  /** It has no place here; what it holds is not repeated. */
  secret: z.undefined().optional(),
})

type Parsed = { readonly kind: 'exchange'; readonly settings: ExchangeSettings } | { readonly kind: 'wrong'; readonly message: string }

/** `secret` is what the environment has. */
export function parseExchangeFlags(flags: ExchangeFlags, secret: string | undefined): Parsed {
  const parsed = exchangeFlags.safeParse(flags)
  if (!parsed.success) return { kind: 'wrong', message: complaint(parsed.error.issues[0] as z.core.$ZodIssue, flags) }
  const { client, retryDelay: retryDelayMs, secretFile, secret: _none, ...rest } = parsed.data
  const settings = { ...rest, retryDelayMs, role: client ? 'client' : 'server', secret: secretSource(secretFile, secret) } as const
  const message = conflictOf(settings)
  return message === undefined ? { kind: 'exchange', settings } : { kind: 'wrong', message }
}

/** What is said on the command line counts before what the environment has. */
function secretSource(path: string | undefined, secret: string | undefined): SecretSource {
  if (path !== undefined) return { kind: 'file', path }
  return secret === undefined ? { kind: 'none' } : { kind: 'given', secret }
}

/** Why options that are right one by one make no sense together. */
function conflictOf({ listen, connect, role, secret, insecure }: ExchangeSettings): string | undefined {
  if (secret.kind === 'given' && secret.secret === '') return 'TROUPE_SECRET is empty: put the secret into it, or unset it'
  if (listen.length + connect.length === 0) return 'nothing to do: give --listen ADDRESS, --connect ADDRESS or both'
  if (role === 'client' && listen.length > 0) return 'a client does not listen: leave out --client or --listen'
  const open = listen.find((one) => !isOfThisMachine(one))
  if (open === undefined || secret.kind !== 'none' || insecure) return undefined
  const advice = 'give --secret-file FILE or TROUPE_SECRET, or --insecure if everybody who can connect may call every service'
  return `--listen ${open}: other machines can reach this address; ${advice}`
}

function complaint({ path, message }: z.core.$ZodIssue, flags: ExchangeFlags): string {
  const [key, at] = path
  if (key === 'secret') return '--secret: every process of this machine could read it; give --secret-file FILE or TROUPE_SECRET'
  if (key === 'retryDelay') return `--retry-delay ${JSON.stringify(flags.retryDelay)}: give ${message}`
  return `--${String(key)} ${JSON.stringify(flags[key as 'listen' | 'connect']?.[at as number])}: give ${message}`
}
