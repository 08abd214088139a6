// Who holds which lane. A thread takes a free lane with one compare-and-swap, without asking anyone. One that left a
// lane and comes back takes that very lane, as its lines must not overtake those that still wait there. Lanes of
// threads that ended without a word (worker.terminate()) are found by asking whether the thread still lives.

import { ChooseL2Error } from '../errors.js'
import type { Doorbell } from './doorbell.js'
import { Lane } from './lane.js'
import { H_LANES_USED, L_PUTTING, L_STATE, L_THREAD, LANE_FREE, LANE_TAKEN, PAGE_BYTES } from './layout.js'
import type { QueueMemory } from './memory.js'
import { now } from '../runtime.js'

/** How often and how long a thread waits for the consumer to set the lanes of dead threads free. */
const REAP_TRIES = 100
const REAP_WAIT_MS = 20
/** The consumer needs microseconds to set a lane free. Has it died meanwhile, another lane is taken after 100 ms. */
const FREEING_TRIES = 100
const FREEING_WAIT_MS = 1
/** A call that publishes lasts microseconds, unless the machine is very busy. */
const PUTTERS_MS = 1000

/** Does the consumer's work on this thread until `isDone`, for at most `ms`; false if that is another's to do. */
export type DrainHere = (isDone: () => boolean, ms: number) => boolean

/**
 * A lane for the thread `thread`: the one it left, if that is not free yet. Where none is free it asks the consumer for
 * those of dead threads, for at most two seconds.
 * @param drainHere for a thread that has to be the consumer meanwhile, as there may be no other
 * @throws ChooseL2Error ERR_NO_FREE_LANE
 */
export function claimLane(
  memory: QueueMemory,
  doorbell: Doorbell,
  thread: number,
  isAlive: (thread: number) => boolean,
  drainHere: DrainHere = () => false,
): Lane {
  const own = takeBack(memory, thread)
  if (own !== null) return own
  for (let tries = 0; tries < REAP_TRIES; tries++) {
    const lane = takeLane(memory, thread)
    if (lane !== null) return lane
    if (!hasReapableLane(memory, isAlive)) {
      const freedMeanwhile = takeLane(memory, thread)
      if (freedMeanwhile !== null) return freedMeanwhile
      break
    }
    doorbell.wantRoom() // makes the consumer look for dead threads at once
    doorbell.ring()
    if (!drainHere(() => hasFreeLane(memory), REAP_WAIT_MS)) pause(REAP_WAIT_MS)
  }
  throw new ChooseL2Error(
    'ERR_NO_FREE_LANE',
    `Expected a free lane, but all ${memory.geometry.lanes} are taken: ${whoHas(memory)}. ` +
      'Detach threads that no longer log, or raise the option lanes',
  )
}

function whoHas(memory: QueueMemory): string {
  const lanes = usedLanes(memory)
  const left = lanes.filter((lane) => lane.isLeft).length
  const living = `${lanes.length - left} by living threads`
  return left === 0 ? living : `${living}, ${left} by threads that left and whose lines are not written yet`
}

/** Takes the lane that this thread left and that is not free yet; of several one with lines. Null if there is none. */
function takeBack(memory: QueueMemory, thread: number): Lane | null {
  for (let tries = 0; tries < FREEING_TRIES; tries++) {
    const own = usedLanes(memory).filter((lane) => lane.isLeftBy(thread))
    if (own.length === 0) return null
    own.sort((one, other) => other.waitingLines() - one.waitingLines())
    const lane = own.find((each) => each.takeBack(thread))
    if (lane !== undefined) return lane
    pause(FREEING_WAIT_MS) // the consumer sets it free at this very moment
  }
  return null
}

/** Takes a free lane for the thread `thread`, or returns null if every lane is taken. */
function takeLane(memory: QueueMemory, thread: number): Lane | null {
  const header = new Int32Array(memory.buffer, 0, PAGE_BYTES / 4)
  for (let index = 0; index < memory.geometry.lanes; index++) {
    const lane = new Lane(memory, index)
    if (Atomics.load(lane.words, L_STATE) !== LANE_FREE) continue
    memory.prepareLane(index) // before the first store: a page that the disk has no room for kills the process
    raiseTo(header, H_LANES_USED, index + 1) // before it is taken: who dies in between leaves an empty lane
    if (lane.take(thread)) return lane
  }
  return null
}

/** The holder puts nothing more into the lane; the consumer sets it free when it is drained (free-lane.ts). */
export function leaveLane(lane: Lane): void {
  lane.leave()
}

/** Marks the lanes of dead threads as left. Only the holder of the consumer's role may do this. */
export function reapLanes(memory: QueueMemory, isAlive: (thread: number) => boolean): void {
  for (const lane of usedLanes(memory)) {
    const thread = Atomics.load(lane.words, L_THREAD) // before it is asked for: the lane is left for this one only
    if (isDead(lane, isAlive)) lane.leaveFor(thread)
  }
}

/** Lines that wait in all lanes together. */
export function countWaiting(memory: QueueMemory): number {
  return usedLanes(memory).reduce((sum, lane) => sum + Math.max(0, lane.waitingLines()), 0)
}

/**
 * After the queue was stopped: waits until no other living thread is inside a call that began before, so that nothing
 * is published after a last look. False if one still was after a second: it hangs, or it died and cannot be told from
 * a living one.
 */
export function awaitPutters(
  memory: QueueMemory,
  self: number,
  isAlive: (thread: number) => boolean,
): boolean {
  const deadline = now() + PUTTERS_MS
  const isSomebodyPutting = (): boolean => usedLanes(memory).some((lane) => isPutting(lane, self, isAlive))
  while (isSomebodyPutting()) {
    if (now() >= deadline) return false
    pause(1)
  }
  return true
}

function isPutting(lane: Lane, self: number, isAlive: (thread: number) => boolean): boolean {
  if (Atomics.load(lane.words, L_PUTTING) === 0 || lane.isLeft) return false
  const thread = Atomics.load(lane.words, L_THREAD)
  return thread !== self && isAlive(thread)
}

function hasFreeLane(memory: QueueMemory): boolean {
  return usedLanes(memory).some((lane) => Atomics.load(lane.words, L_STATE) === LANE_FREE)
}

/** A lane that the consumer will set free: left already, or its thread has died. */
function hasReapableLane(memory: QueueMemory, isAlive: (thread: number) => boolean): boolean {
  return usedLanes(memory).some((lane) => lane.isLeft || isDead(lane, isAlive))
}

function isDead(lane: Lane, isAlive: (thread: number) => boolean): boolean {
  if (Atomics.load(lane.words, L_STATE) !== LANE_TAKEN) return false
  return !isAlive(Atomics.load(lane.words, L_THREAD))
}

/** Every lane that was ever taken. */
export function usedLanes(memory: QueueMemory): Lane[] {
  const used = Atomics.load(new Int32Array(memory.buffer, 0, PAGE_BYTES / 4), H_LANES_USED)
  return Array.from({ length: used }, (_, index) => new Lane(memory, index))
}

/** Sleeps without listening to anybody: a busy thread's bell must not shorten it. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function raiseTo(words: Int32Array, index: number, value: number): void {
  let current = Atomics.load(words, index)
  while (current < value) current = Atomics.compareExchange(words, index, current, value)
}
