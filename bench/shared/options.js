// The options of the questions: which there are, and the values for one question.

const COMMON = {
  quick: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  published: { type: 'boolean', default: false },
  results: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
  runs: { type: 'string' },
  contenders: { type: 'string' },
  folder: { type: 'string' },
  out: { type: 'string' },
}
const RUNS = 5

/** For parseArgs: the options of all questions. */
export function shapeOptions(questions) {
  const names = questions.flatMap(({ options }) => Object.keys(options))
  return { ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])), ...COMMON }
}

/** What was given, and for the rest the question's own values: numbers and lists of numbers. */
export function valuesFor(question, given) {
  const own = Object.entries(question.options).map(([name, values]) => {
    const usual = given.quick ? values.quick : values.default
    return [name, given[name] === undefined ? usual : parse(name, given[name], usual)]
  })
  return {
    ...Object.fromEntries(own),
    runs: given.runs === undefined ? (given.quick ? 1 : RUNS) : parse('runs', given.runs, RUNS),
    contenders: listOf(given.contenders),
    quick: given.quick,
    publish: given.publish,
    ...(given.folder !== undefined && { folder: given.folder }),
  }
}

function parse(name, text, usual) {
  const numbers = listOf(text).map(Number)
  if (numbers.some((number) => !(number >= 0)) || (!Array.isArray(usual) && numbers.length !== 1)) {
    throw new Error(`Expected --${name} to be ${Array.isArray(usual) ? 'numbers' : 'a number'}, got ${text}`)
  }
  return Array.isArray(usual) ? numbers : numbers[0]
}

const listOf = (text = '') => text.split(',').filter((word) => word !== '')
