// The questions and contenders of the benchmarks: what can be known of them without their peers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contenders, pick } from '../../bench/contenders/index.js'
import { evaluate } from '../../bench/goals/evaluate.js'
import { goals } from '../../bench/goals/list.js'
import { questions } from '../../bench/questions/index.js'
import { shapeOptions, valuesFor } from '../../bench/shared/options.js'

/** The question of encodings asks no loggers; this is what ours does. */
const OUR_ENCODING = 'encoding: join of 100 lines, one write'

test('every question has contenders, and ours is among them', () => {
  for (const question of questions) {
    const asked = [...contenders.values()].filter((contender) => question.canAsk(contender))
    assert.ok(
      asked.some(({ kind, name }) =>
        question.name === 'encoding' ? name === OUR_ENCODING : kind === 'ours',
      ),
      question.name,
    )
    assert.ok(question.columns.length > 0)
  }
})

test('a whole name picks one contender, a part picks all that have it, a wrong one is told', () => {
  const names = ['choose-l2 block', 'choose-l2 block loop', 'other']
  assert.deepEqual(pick(names, []), names)
  assert.deepEqual(pick(names, ['choose-l2 block']), ['choose-l2 block'])
  assert.deepEqual(pick(names, ['other', 'l2']), ['other', 'choose-l2 block', 'choose-l2 block loop'])
  assert.throws(() => pick(names, ['bunyan']), /No contender here is called bunyan/u)
})

test('options are numbers or lists of them, smaller with --quick, and wrong ones are told', () => {
  const producers = questions.find(({ name }) => name === 'producers')
  assert.ok('threads' in shapeOptions(questions))
  const { threads, seconds, runs } = valuesFor(producers, { threads: '1,8', quick: true })
  assert.deepEqual([threads, seconds, runs], [[1, 8], 0.5, 1])
  assert.equal(valuesFor(producers, {}).runs, 5)
  assert.throws(() => valuesFor(producers, { seconds: 'x' }), /Expected --seconds to be a number, got x/u)
  assert.throws(() => valuesFor(producers, { seconds: '1,2' }), /Expected --seconds to be a number, got 1,2/u)
})

test('every goal is about a question and a contender that there are', () => {
  for (const { question, ours, text } of goals) {
    const asked = questions.find(({ name }) => name === question)
    assert.ok(asked !== undefined, text)
    assert.ok(asked.canAsk(contenders.get(ours)), text)
  }
})

test('a goal compares medians with the best of those it names', () => {
  const goal = goals.find(({ text }) => text.includes('best-tuned'))
  const run = (contender, run, linesPerSecond) => ({ contender, run, figures: { linesPerSecond } })
  const runs = [1, 2, 3].flatMap((n) => [
    run('choose-l2 block', n, 4 * n),
    run('sonic-boom 3.8.1 tuned', n, 2),
    run('sonic-boom 5.0.2', n, 1),
    run('fs.createWriteStream', n, 100),
  ])
  const { value, min, max, against } = evaluate(goal, { runs })
  assert.deepEqual([value, min, max, against], [4, 2, 6, 'sonic-boom 3.8.1 tuned'])
  assert.ok(goal.isMet(value))
  assert.equal(evaluate(goal, { runs: runs.slice(0, 1) }), null)
  assert.equal(evaluate(goal, { runs: [] }), null)
})
