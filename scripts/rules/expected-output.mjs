/**
 * Compares what a program printed with what it should have. Returns '' when they match, else the lines of both with
 * `-` for expected and `+` for printed.
 *
 * @param {string} expected Lines in which `<any>` stands for any text.
 * @param {string} printed
 */
export function diffOutput(expected, printed) {
  const wanted = toLines(expected)
  const got = toLines(printed)
  const patterns = wanted.map(toPattern)
  const rows = diffRows(patterns, got)
  if (rows.every((row) => row.kind === 'both')) return ''
  return rows.map(({ kind, at }) => ({ both: `  ${got[at]}`, wanted: `- ${wanted[at]}`, got: `+ ${got[at]}` })[kind]).join('\n')
}

/** @param {string} text */
function toLines(text) {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** @param {string} line */
function toPattern(line) {
  const parts = line.split('<any>').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

/**
 * The longest common subsequence, walked from the front.
 *
 * @param {readonly RegExp[]} wanted
 * @param {readonly string[]} got
 */
function diffRows(wanted, got) {
  const same = wanted.map((pattern) => got.map((line) => pattern.test(line)))
  const lengths = commonLengths(same, got.length)
  /** @type {{ kind: 'both' | 'wanted' | 'got', at: number }[]} */
  const rows = []
  let w = 0
  let g = 0
  while (w < wanted.length || g < got.length) {
    if (same[w]?.[g]) {
      rows.push({ kind: 'both', at: g++ })
      w++
    } else if (g >= got.length || (w < wanted.length && lengthAt(lengths, w + 1, g) >= lengthAt(lengths, w, g + 1))) {
      rows.push({ kind: 'wanted', at: w++ })
    } else {
      rows.push({ kind: 'got', at: g++ })
    }
  }
  return rows
}

/**
 * How many lines the rests after `[w][g]` have in common.
 *
 * @param {readonly (readonly boolean[])[]} same
 * @param {number} gotCount
 */
function commonLengths(same, gotCount) {
  /** @type {number[][]} */
  const lengths = []
  for (let w = same.length - 1; w >= 0; w--) {
    /** @type {number[]} */
    const row = []
    lengths[w] = row
    for (let g = gotCount - 1; g >= 0; g--) {
      row[g] = same[w]?.[g] ? 1 + lengthAt(lengths, w + 1, g + 1) : Math.max(lengthAt(lengths, w + 1, g), lengthAt(lengths, w, g + 1))
    }
  }
  return lengths
}

/**
 * @param {readonly (readonly number[])[]} lengths
 * @param {number} w
 * @param {number} g
 */
function lengthAt(lengths, w, g) {
  return lengths[w]?.[g] ?? 0
}
