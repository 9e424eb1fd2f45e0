/** The eight calls by which implementations of XML-RPC have been validated since 1999: what a service does, and what a client asks. */

interface Stooges {
  readonly moe: number
  readonly larry: number
  readonly curly: number
}

const count = (text: string, character: string) => text.split(character).length - 1

/** The methods of a service `validator1`. */
export const validatorMethods = {
  'validator1.arrayOfStructsTest': (structs: readonly Stooges[]) => structs.reduce((sum, { curly }) => sum + curly, 0),
  'validator1.countTheEntities': (text: string) => ({
    ctLeftAngleBrackets: count(text, '<'),
    ctRightAngleBrackets: count(text, '>'),
    ctAmpersands: count(text, '&'),
    ctApostrophes: count(text, "'"),
    ctQuotes: count(text, '"'),
  }),
  'validator1.easyStructTest': ({ moe, larry, curly }: Stooges) => moe + larry + curly,
  'validator1.echoStructTest': (value: object) => value,
  'validator1.manyTypesTest': (...values: readonly unknown[]) => values,
  'validator1.moderateSizeArrayCheck': (texts: readonly string[]) => `${texts[0]}${texts.at(-1)}`,
  'validator1.nestedStructTest': (calendar: Readonly<Record<string, Record<string, Record<string, Stooges>>>>) => {
    const { moe = 0, larry = 0, curly = 0 } = calendar['2000']?.['04']?.['01'] ?? {}
    return moe + larry + curly
  },
  'validator1.simpleStructReturnTest': (number: number) => ({ times10: number * 10, times100: number * 100, times1000: number * 1000 }),
}

const stooges = (moe: number, larry: number, curly: number): Stooges => ({ moe, larry, curly })
const texts = Array.from({ length: 150 }, (_, i) => `text ${i}`)

/** Method without its prefix, arguments, result. */
export const VALIDATION = [
  ['arrayOfStructsTest', [[stooges(1, 2, 3), stooges(4, 5, -6), stooges(7, 8, 9)]], 6],
  [
    'countTheEntities',
    [`<<a>'"&&&"''b>>`],
    { ctLeftAngleBrackets: 2, ctRightAngleBrackets: 3, ctAmpersands: 3, ctApostrophes: 3, ctQuotes: 2 },
  ],
  ['easyStructTest', [stooges(10, 20, 30)], 60],
  [
    'echoStructTest',
    [{ substruct0: stooges(1, 2, 3), substruct1: stooges(4, 5, 6) }],
    { substruct0: stooges(1, 2, 3), substruct1: stooges(4, 5, 6) },
  ],
  [
    'manyTypesTest',
    [17, true, 'text', 3.25, new Date(Date.UTC(1999, 11, 31, 23, 59, 59)), new Uint8Array([0, 127, 255])],
    [17, true, 'text', 3.25, new Date(Date.UTC(1999, 11, 31, 23, 59, 59)), new Uint8Array([0, 127, 255])],
  ],
  ['moderateSizeArrayCheck', [texts], 'text 0text 149'],
  ['nestedStructTest', [{ '2000': { '04': { '01': stooges(1, 2, 4), '02': stooges(8, 8, 8) } } }], 7],
  ['simpleStructReturnTest', [7], { times10: 70, times100: 700, times1000: 7000 }],
] as const
