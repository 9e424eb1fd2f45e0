/** What the main process asks of a process that runs one subject. */
export interface Order {
  readonly workload: string
  readonly subject: string
  readonly quick: boolean
  readonly seed: number
}

/** What such a process answers. */
export type Report =
  | { readonly kind: 'sample'; readonly sample: number }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
