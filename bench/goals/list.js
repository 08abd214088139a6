// The goals: what is compared with what, in which question, and what is enough. Where a peer has several versions or
// settings, the best of them counts, figure by figure.

const OURS = 'choose-l2 block'
const QUEUE_MB = 4 * 1.048576
const sonicBooms = /^sonic-boom/u
const newSonicBooms = /^sonic-boom (?:4\.2\.1|5\.0\.2)/u
const sonicBoom5 = /^sonic-boom 5\.0\.2/u
const exactly = (name) => new RegExp(`^${name.replaceAll('.', '\\.')}$`, 'u')

/** ours / theirs. `best` is what is best for them: 'max' of a rate, 'min' of a cost. */
const ratio = (text, question, figure, against, best, judge, more = {}) => {
  return { text, question, figure, ours: OURS, against, best, ...judge, ...more }
}
const atLeast = (bound) => ({ bound: `>= ${bound}`, isMet: (value) => value >= bound })
const atMost = (bound) => ({ bound: `<= ${bound}`, isMet: (value) => value <= bound })
const lower = { bound: 'lower', isMet: (value) => value < 1 }
const higher = { bound: 'higher', isMet: (value) => value > 1 }
const told = { bound: 'told', isMet: () => null }
const rate = (text, against, judge, more) =>
  ratio(text, 'sustained', 'linesPerSecond', against, 'max', judge, more)

export const goals = [
  rate('sustained rate / 64 KB blocks', exactly('control: 64 KB blocks fs.writeSync'), atLeast(0.6)),
  rate('sustained rate / best-tuned sonic-boom', sonicBooms, atLeast(3)),
  rate('sustained rate / sonic-boom 4.2.1 and 5.0.2', newSonicBooms, atLeast(15)),
  rate('sustained rate / Python', /^Python/u, atLeast(8)),
  ratio(
    'crash safety on / off',
    'crash-safety',
    'linesPerSecond',
    exactly('choose-l2 block crashSafe off'),
    'max',
    atLeast(0.95),
  ),
  ratio('4-byte text / ASCII, by bytes', 'payloads', 'MBPerSecond', exactly(OURS), 'max', atLeast(0.4), {
    variant: '100 B of characters of 4 bytes',
    againstVariant: '100 B JSON',
  }),
  ...['send-cost', 'send-cost-full-speed'].flatMap((question) => [
    ratio(`${question}: p50 ns`, question, 'p50', null, 'min', atMost(60)),
    ratio(`${question}: p50 / sonic-boom 5.0.2`, question, 'p50', sonicBoom5, 'min', lower),
    ratio(`${question}: p99.9 / sonic-boom 5.0.2`, question, 'p99.9', sonicBoom5, 'min', lower),
  ]),
  ratio('CPU per line / sonic-boom', 'sustained', 'cpuSecondsPerMillion', sonicBooms, 'min', atMost(0.8)),
  ...['lines', 'pino'].map((variant) =>
    ratio(
      `HTTP loop delay p99, ${variant} / pino.destination`,
      'http',
      'delayP99',
      /^pino\.destination/u,
      'min',
      lower,
      { variant, againstVariant: variant },
    ),
  ),
  ratio(
    'pino through us / pino.destination async, requests/s',
    'http',
    'requestsPerSecond',
    exactly('pino.destination async'),
    'max',
    higher,
    { variant: 'pino', againstVariant: 'pino' },
  ),
  ratio('two producers / one', 'producers', 'linesPerSecond', exactly(OURS), 'max', atLeast(1.2), {
    variant: '2 threads',
    againstVariant: '1 threads',
  }),
  ratio('two producers: least share', 'producers', 'leastShare', null, 'max', atLeast(0.5), {
    variant: '2 threads',
  }),
  ratio('RSS over an empty process, MB', 'memory', 'rssOverEmptyMB', null, 'min', atMost(QUEUE_MB + 30)),
  rate('line writer / block writer', exactly(OURS), told, { ours: 'choose-l2 line' }),
  rate('mmap writer / block writer', exactly(OURS), told, { ours: 'choose-l2 mmap' }),
]
