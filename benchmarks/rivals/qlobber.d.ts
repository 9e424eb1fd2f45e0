/** The part of qlobber that is measured; it brings no types. */
declare module 'qlobber' {
  export class Qlobber<T> {
    constructor(options?: { readonly separator?: string; readonly wildcard_one?: string; readonly wildcard_some?: string })
    add(topic: string, value: T): this
    match(topic: string): T[]
  }
}
