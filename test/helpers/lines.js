// Arbitrary lines for property tests: every width of character, lone surrogates, '\n' inside, sizes at the limits.

import fc from 'fast-check'

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units))

/** Short text of any kind. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    '\n',
    'a\nb',
    '\ud800',
    'x\udc00',
    '\udc00\ud800',
    'ä',
    '€€',
    '😀😀',
    '\ud83d\n\ude00',
    '\0',
  ),
  anyUnits,
)

/** A line as a function of the queue's byte limit, so that its size can lie exactly at it. */
export const anyLine = fc.oneof(
  { weight: 8, arbitrary: anyText.map((text) => () => text) },
  {
    weight: 2,
    arbitrary: fc
      .record({ over: fc.constantFrom(-2, -1, 0, 1, 2, 100), unit: fc.constantFrom('x', 'é') })
      .map(({ over, unit }) => (byteLimit) => {
        const bytes = Math.max(0, byteLimit - 1 + over) // without its '\n'
        return (
          unit.repeat(Math.floor(bytes / Buffer.byteLength(unit))) +
          'y'.repeat(bytes % Buffer.byteLength(unit))
        )
      }),
  },
)

/** Where a 32-bit counter may stand: at its start, or just below the signed or the unsigned wrap. */
export const anyStart = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 40 }).map((below) => (0x80000000 - below) | 0),
  fc.integer({ min: 1, max: 40 }).map((below) => -below),
)

/** Small queues, most of them full after a few lines. */
export const anySize = fc.record({
  lines: fc.constantFrom(0, 1, 2, 3, 7, 8, 50),
  bytes: fc.constantFrom(1, 2, 5, 16, 63, 64, 65, 100, 300),
})
