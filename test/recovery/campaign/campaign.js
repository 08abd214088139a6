// The campaign: stories over all combinations of writer, mode and policy until so many kills are done.

import { MODES, POLICIES, WRITER_TYPES } from '../../helpers/kinds.js'
import { randomFrom } from '../../helpers/random.js'
import { runStory } from './story.js'

/** Runs stories; `onStory` is called after each. Returns the sums. */
export async function runCampaign({ seed, kills, killsPerStory = 7, only = {} }, onStory = () => {}) {
  const random = randomFrom(seed)
  const sums = {
    stories: 0,
    kills: 0,
    handedOver: 0,
    lines: 0,
    missing: 0,
    duplicated: 0,
    torn: 0,
    disordered: 0,
    faults: 0,
  }
  for (let deck = []; sums.kills < kills;) {
    if (deck.length === 0) deck = shuffled(combinations(only), random)
    const result = await runStory({
      seed: random.integer(1, 2 ** 31),
      kills: Math.min(killsPerStory, kills - sums.kills),
      ...deck.pop(),
    })
    sums.stories++
    for (const name of ['kills', 'handedOver', 'lines']) sums[name] += result[name]
    for (const name of ['missing', 'duplicated', 'torn', 'disordered', 'faults'])
      sums[name] += result[name].length
    onStory(result, sums)
    if (result.kills === 0) break // nothing works: a campaign without kills would never end
  }
  return sums
}

/** What is wrong in one story, line by line; empty if nothing is. */
export function violations(result) {
  return ['missing', 'duplicated', 'torn', 'disordered', 'faults'].flatMap((kind) =>
    result[kind].slice(0, 5).map((fault) => `${kind}: ${fault}`),
  )
}

function combinations(only) {
  const all = WRITER_TYPES.flatMap((writerType) =>
    MODES.flatMap((mode) => POLICIES.map((policy) => ({ writerType, mode, policy }))),
  )
  const isWanted = (combination) =>
    Object.entries(only).every(([name, value]) => value === undefined || combination[name] === value)
  return all.filter(isWanted)
}

function shuffled(values, random) {
  const rest = [...values]
  return values.map(() => rest.splice(random.integer(0, rest.length - 1), 1)[0])
}
