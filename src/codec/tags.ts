/**
 * The bytes of a value in the plain form: self-contained, little-endian, one tag byte first. In the spirit of
 * MessagePack (https://msgpack.org) and CBOR (RFC 8949): what is small and frequent carries its size in the tag.
 *
 *     00–7f  integer 0…127
 *     80–9f  string of 0…31 ASCII bytes, which follow
 *     a0–af  array of 0…15 elements: value*
 *     b0–bf  plain object of 0…15 members: (key value)*
 *     c0 undefined   c1 null   c2 false   c3 true
 *     c4 integer     | zigzag varint of 32 bits
 *     c5 number      | f64
 *     c6 string      | size u8   | UTF-8
 *     c7 string      | size u32  | UTF-8
 *     c8 string      | units u32 | UTF-16; only where the string is not well formed
 *     c9 bigint      | string: sign and hexadecimal digits
 *     ca array       | n varint | value*
 *     cb object      | n varint | (key value)*
 *     cc holes       | n varint; only as an element of an array
 *     cd seen        | n varint: the object that was number n
 *     d0 Date        | f64, NaN when invalid
 *     d1 boxed       | value: boolean, number, string or bigint
 *     d2 RegExp      | source string | flags string
 *     d3 Map         | n varint | (value value)*
 *     d4 Set         | n varint | value*
 *     d5 ArrayBuffer | size varint | bytes
 *     d6 view        | kind u8      | size varint | bytes              over a buffer of its own
 *                    | kind u8 + 80 | buffer value | offset varint | elements varint
 *     d7 Error       | flags u8 | name string | message string | rest
 *     d8 failure     | flags u8 | code, error, description, origin, details, delivered: values | rest
 *                      rest: [stack string] | n varint | (key value)* | [cause value] | [errors value]
 *     d9 reference   | value: the record of it
 *     da attachment  | index varint
 *
 * A key is a string in any of its forms. A varint is unsigned, seven bits a byte, lowest first, at most 2^53 − 1.
 * Every object has a number: 0, 1, … in the order of the tags, arrays included; `seen` points back to one.
 */
export const TAG = {
  shortString: 0x80,
  shortArray: 0xa0,
  shortObject: 0xb0,
  undefined: 0xc0,
  null: 0xc1,
  false: 0xc2,
  true: 0xc3,
  integer: 0xc4,
  number: 0xc5,
  smallString: 0xc6,
  string: 0xc7,
  unitString: 0xc8,
  bigint: 0xc9,
  array: 0xca,
  object: 0xcb,
  holes: 0xcc,
  seen: 0xcd,
  date: 0xd0,
  boxed: 0xd1,
  regexp: 0xd2,
  map: 0xd3,
  set: 0xd4,
  buffer: 0xd5,
  view: 0xd6,
  error: 0xd7,
  failure: 0xd8,
  reference: 0xd9,
  attachment: 0xda,
} as const

/** Strings below this many units try the one-byte head. */
export const SHORT_STRING = 32

/** Arrays and objects below this many members have the one-byte head. */
export const SHORT_CONTAINER = 16
