// What a process warning says of queue files that a start did not recover completely: one warning for each reason, however many
// files there are, because every user who may write to the folder can put thousands of them there.

import type { Recovery } from '../recovery/recovery.js'

const MOST_NAMES = 3

/** What is warned of, with the code of the warning. */
const WARNINGS: Partial<Record<Recovery['outcome'], readonly [code: string, what: string]>> = {
  recovered: ['CHOOSE_L2_LINE_LOST', 'recovered, but'],
  damaged: ['CHOOSE_L2_DAMAGED', 'put aside as .corrupt'],
  failed: ['CHOOSE_L2_NOT_RECOVERED', 'could not be recovered'],
  refused: ['CHOOSE_L2_REFUSED', 'not trusted and left alone'],
  postponed: ['CHOOSE_L2_POSTPONED', 'left for the next start, or for choose-l2 recover'],
}

/** The warnings for these recoveries. */
export function recoveryWarnings(
  recoveries: readonly Recovery[],
): { readonly code: string; readonly message: string }[] {
  const groups = new Map<string, Recovery[]>()
  for (const recovery of recoveries) {
    const key = `${recovery.outcome} ${recovery.reason}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [recovery])
    else group.push(recovery)
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const warning = first === undefined ? undefined : WARNINGS[first.outcome]
    if (first === undefined || warning === undefined || first.reason === undefined) return []
    const [code, what] = warning
    return [{ code, message: `${namesOf(group)}: ${what}: ${first.reason}` }]
  })
}

function namesOf(group: readonly Recovery[]): string {
  const names = group.slice(0, MOST_NAMES).map(({ queue }) => queue)
  const more = group.length - names.length
  return names.join(', ') + (more === 0 ? '' : ` and ${more} more`)
}
