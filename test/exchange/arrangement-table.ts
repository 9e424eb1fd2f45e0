import type { Arrangement } from './arrangements.js'

const LEAF = ['client'] as const

/** What everybody sees of everybody must not depend on how they are linked. */
export const ARRANGEMENTS: readonly (readonly [string, Arrangement])[] = [
  [
    'a server and its clients',
    {
      processes: { hub: ['server'], a: LEAF, b: LEAF },
      links: 'a hub, b hub',
    },
  ],
  [
    'a chain of servers with a client at either end',
    {
      processes: { s: ['server'], t: ['server'], u: ['server'], a: LEAF, b: LEAF },
      links: 's t, t u, a s, b u',
    },
  ],
  [
    'a loop of servers, with a client of two of them',
    {
      processes: { s: ['server'], t: ['server'], u: ['server'], v: ['server'], a: LEAF },
      links: 's t, t u, u v, v s, a s, a t',
    },
  ],
  [
    'one process between two groups',
    {
      processes: { hub: ['server'], front: ['client', 'server g'], a: LEAF, b: ['client g'] },
      links: 'a hub, front hub, b front g',
    },
  ],
  [
    'two processes between the same two groups',
    {
      processes: { s: ['server'], t: ['server g'], left: ['client', 'client g'], right: ['client', 'client g'], a: LEAF, b: ['client g'] },
      links: 'left s, right s, left t g, right t g, a s, b t g',
    },
  ],
  [
    'two servers that are linked in both of their groups',
    {
      processes: { s: ['server', 'server g'], t: ['server', 'server g'], a: LEAF, b: ['client g'] },
      links: 's t, s t g, a s, b t g',
    },
  ],
  [
    'three groups in a line',
    {
      processes: { a: ['client g'], p: ['server g', 'server h'], q: ['client h', 'server i'], b: ['client i'] },
      links: 'a p g, q p h, b q i',
    },
  ],
  [
    'three groups in a ring',
    {
      processes: {
        p: ['server g', 'client i'],
        q: ['server h', 'client g'],
        r: ['server i', 'client h'],
        a: ['client g'],
        b: ['client h'],
        c: ['client i'],
      },
      links: 'q p g, r q h, p r i, a p g, b q h, c r i',
    },
  ],
]
