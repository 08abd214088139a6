// Where everything lies in the queue's memory: offsets and arithmetic, no behaviour.
// Producers, consumer and (for a queue in a file) a later process all read this one page.
//
//   byte 0                 8192                          8192 + lanes * laneBytes
//   +----------------------+--------+--------+-- ... --+------------------------+ - - - - - - - - -
//   | header               | lane 0 | lane 1 |         | in-flight area         | room for the one
//   | geometry             +--------+--------+-- ... --+ (copied claims only:   | oversized line
//   | the consumer's claim |                             dataCapacity bytes     | (a file only)
//   | overflow line        |                             and their line ends)   |
//   +----------------------+----------------------------------------------------+ - - - - - - - - -
//
//   one lane: a single-producer ring
//   +-----------------+------------------+------------------------+--------------------+
//   | producer's page | consumer's words | ends: lineCapacity x 4 | data: dataCapacity |
//   | TAIL, totals    | HEAD, totals     | where line n ends      | the text, '\n's in |
//   +-----------------+------------------+------------------------+--------------------+
//   0                128               4096                     4096 + ends
//
// A position is a 32-bit counter that wraps: TAIL and HEAD count lines, `ends[n & lineMask]` counts bytes,
// and differences are taken with `| 0`. Lines HEAD..TAIL wait. The first of them begins where line HEAD - 1
// ended, so a lane never holds lineCapacity lines: the slot before HEAD stays intact.
// Totals are doubles: exact to 2^53, and an aligned 8-byte store is one store on every CPU Node runs on.
//
// States of a lane. Only the consumer goes through FREEING, and nobody else touches the lane then:
//
//          take                leave, or its thread died            drained
//   FREE ---------> TAKEN --------------------------------> LEFT ----------> FREEING -----> FREE
//                     ^        taken back by its thread      | ^                |
//                     '--------------------------------------' '----------------'
//                                                               lines came meanwhile
//
// A claim, one at a time in a queue. From the ring, HEAD follows line by line; where claims are copied, and for the
// oversized line, HEAD moves at once by compare-and-swap, and the claim is dropped if a producer was faster:
//
//   closed ---------> noted ---------> HEAD moved ---------> DONE grows ---------> closed, totals counted
//           lines, bytes, where they go        bytes written           all written
//
// What holds in valid memory, whenever a thread or the process dies. `inspect*.ts` refuses a file where it does not.
//
//  1. The version and the measures never change once the magic is there, and H_GEOMETRY_CHECK is their checksum.
//  2. 0 <= H_LANES_USED <= lanes. The header of a lane beyond it is all zeros.
//  3. 0 <= TAIL - HEAD <= lineLimit.
//  4. The ends of the lines HEAD - 1 .. TAIL - 1 never decrease, and span at most dataCapacity bytes. Two are equal only
//     for the oversized line, which has no bytes in its lane.
//  5. The last byte of each waiting line is its '\n', and so is that of the oversized line.
//  6. TAIL is never behind L_TAIL_SEEN.
//  7. The upper half of L_CLAIMS is the checksum of HEAD and of the count of claims.
//  8. ENQUEUED = WRITTEN + DROPPED + waiting lines, but while the lane's thread is between the store of TAIL and the
//     count. If it died there, the account is settled before the lane is FREE.
//  9. A closed claim is empty. An open one names a lane in use, 0 <= DONE <= BYTES, and HEAD is in it or right behind it.
// 10. The ends of an in-flight claim increase, the last of them is its BYTES, and each line ends with its '\n'.
// 11. The place of the oversized line is CLAIMED only while the open claim is from it. While it is WAITING, its line is
//     one of HEAD .. TAIL - 1 of its lane, or is about to be TAIL.
// 12. Every checked note (claim, position of the sink, identity of the log) is empty or agrees with its checksum.

import { noteBytes } from './checked-note.js'

/** 'CL2Q', little-endian. */
export const MAGIC = 0x51324c43
/** 'CL2E': stands in the magic's place once all is written. Such a file holds nothing and may be deleted. */
export const MAGIC_EMPTY = 0x45324c43
/** Raised whenever a reader of the former layout would misread this one. */
export const LAYOUT_VERSION = 4

/** Size of a page of memory; the header and each lane begin on one. */
export const PAGE_BYTES = 4096
/** The header: a page of words, and a page with the text of the drop marker. */
export const HEADER_BYTES: number = 2 * PAGE_BYTES
/** Bytes before a lane's `ends`. */
export const LANE_HEADER_BYTES: number = PAGE_BYTES

/** Largest ring of a lane: differences of wrapping positions must fit 31 bits. */
export const MAX_DATA_CAPACITY: number = 2 ** 30
/** Most lanes of a queue: a lane's number must fit OVERFLOW_LANE_MASK. */
export const MOST_LANES = 1024
/** Most lines that may wait in a lane. */
export const MAX_LINE_LIMIT: number = 2 ** 28

// Header, as 32-bit words. The geometry is written once, before anybody else sees the memory.
export const H_MAGIC = 0
export const H_VERSION = 1
export const H_LANES = 2
export const H_LINE_CAPACITY = 3
export const H_DATA_CAPACITY = 4
export const H_LINE_LIMIT = 5
export const H_BYTE_LIMIT = 6
export const H_COPIED_CLAIMS = 7
/** Checksum of all of these but the magic. */
export const H_GEOMETRY_CHECK = 9
/** How many lanes, counted from the first, were ever taken: nobody needs to look beyond. */
export const H_LANES_USED = 8

// The consumer's claim: what it is writing at this moment. A checked note (checked-note.ts) of its own cache lines;
// these are the words and doubles of one version.
export const CLAIM_OFFSET = 384
export const CLAIM_WORDS = 22
export const C_LANE = 0
/** The lane's HEAD when it was taken. */
export const C_HEAD = 1
export const C_LINES = 2
export const C_BYTES = 3
/** How many of the claim's bytes the sink has taken. */
export const C_DONE = 4
/** One of the CLAIM_FROM_ values. */
export const C_SOURCE = 5
/** What the lane's count of claims is once this claim has moved HEAD. */
export const C_SERIAL = 6
/** Byte position in the lane at which its first line begins. */
export const C_START = 7
/** Where in the log the claim's first byte goes: a double. */
export const C_POSITION = 4
/** What the lane's L_WRITTEN and L_WRITTEN_BYTES are once this claim is written: doubles. */
export const C_WRITTEN = 5
export const C_WRITTEN_BYTES = 6
/** What a drop marker says: doubles. */
export const C_GAP_LINES = 7
export const C_GAP_FROM = 8
export const C_GAP_TO = 9
/** What the lane's L_SHOWN_AGAIN is once the marker is written: a double. */
export const C_SHOWN_AGAIN = 10
export const CLAIM_FROM_RING = 0
export const CLAIM_FROM_IN_FLIGHT = 1
export const CLAIM_FROM_OVERFLOW = 2
/** A drop marker: bytes of its own that are no line. */
export const CLAIM_FROM_MARKER = 3

// The one line that is larger than a ring: one word with its OVERFLOW_ state, its lane and a serial number, which
// all change together, then which line it is and how long.
export const H_OVERFLOW_STATE = 64
export const H_OVERFLOW_LINE = 66
export const H_OVERFLOW_BYTES = 67
/** Checksum of those two and of the address. */
export const H_OVERFLOW_CHECK = 68
/** Where the line lies in the memory of the process, a 64-bit word (and as two of 32); 0 = in the queue's own memory. */
export const H_OVERFLOW_ADDRESS = 35
export const H_OVERFLOW_ADDRESS_WORDS = 70
/** Bits 0-1: the state. Bits 2-11: the lane. From bit 12: counts the lines that were put here. */
export const OVERFLOW_STATE_MASK = 3
export const OVERFLOW_LANE_SHIFT = 2
export const OVERFLOW_LANE_MASK = 0x3ff
export const OVERFLOW_SERIAL_STEP = 0x1000
export const OVERFLOW_FREE = 0
export const OVERFLOW_FILLING = 1
export const OVERFLOW_WAITING = 2
export const OVERFLOW_CLAIMED = 3

// What a later process must know to recover the queue, at fixed bytes of the header page.
/** A checked note: the position of the sink, a double. */
export const SINK_STATE_OFFSET = 1024
export const SINK_STATE_WORDS = 2
/** A checked note: how the log ends (a word), then as doubles its device, inode and time of birth. */
export const LOG_IDENTITY_OFFSET = 1088
export const LOG_IDENTITY_WORDS = 8
/** Written once: the time of creation (a double, ms since 1970), process id, length of the path, CRC-32 of all. */
export const LOG_CREATED_AT_OFFSET = 1184
export const LOG_NOTES_OFFSET: number = LOG_CREATED_AT_OFFSET
export const LOG_NOTES_BYTES = 24
/** A double: how many bytes a log that is no file has taken. Such a log has no queue file. */
export const STREAMED_BYTES_OFFSET = 1216
/** What the consumer has done, and what failed last: see drain-record.ts. */
export const RECORD_OFFSET = 1280
export const RECORD_BYTES = 64
/** Of the record, as doubles: failed calls, writes, and when the last call failed (ms since 1970). */
export const R_ERRORS = 0
export const R_FLUSHES = 1
export const R_ERROR_AT = 2
/** Of the record, as words: the errno of the last failed call (negative; 0 = none), and which call that was. */
export const R_ERROR_NUMBER = 6
export const R_ERROR_CALL = 7
/** 1 after the disk once failed to confirm a sync. */
export const R_SYNC_BROKEN = 8
/** The path of the log, UTF-8. */
export const LOG_PATH_OFFSET = 2048
export const LOG_PATH_BYTES = 2048
/** On the second page: the length of the dropMarker (a 32-bit word), then its text, UTF-8. */
export const MARKER_OFFSET: number = PAGE_BYTES

// Lane, as 32-bit words: first what the producer writes ...
/** Lines published: a store here hands lines over. */
export const L_TAIL = 0
/** 1 while the holder is inside a call that publishes: who has seen the stop waits for it before the last look. */
export const L_PUTTING = 1
/** Identity of the thread that holds the lane, see `drain/identity.ts`; 0 = nobody. */
export const L_THREAD = 2
/** One of the LANE_ states; with the thread it is one 64-bit word, so that the two change together. */
export const L_STATE = 3
export const LANE_FREE = 0
export const LANE_TAKEN = 1
/** Its producer is gone: the consumer drains it and sets it free, unless the same thread takes it back before. */
export const LANE_LEFT = 2
/** The consumer sets it free: nobody else touches it. */
export const LANE_FREEING = 3
/** TAIL again, stored right after it: a TAIL that is behind this one was damaged. */
export const L_TAIL_SEEN = 10
/** ... then, 128 bytes on (two cache lines, for the adjacent-line prefetcher), what the consumer writes. */
export const L_HEAD = 32
/**
 * Bits 0-15 count the claims that moved HEAD; bits 16-31 are a checksum of that and of HEAD. With HEAD it is one
 * 64-bit word, so that all of them change together.
 */
export const L_CLAIMS = 33
/**
 * Where the last claim left HEAD, where claims are copied. If HEAD is further on, the lines in between were dropped,
 * and the log does not say so yet.
 */
export const L_CLAIMED = 40

// Lane, as doubles: the producer's totals, then the consumer's.
export const L_ENQUEUED = 2
export const L_DROPPED = 3
export const L_BLOCKED_MS = 4
/**
 * The gap that the log does not show yet: when its first and last line were dropped (ms since 1970), and, where the
 * newest lines are refused, how many. Kept only for a writer with a dropMarker.
 */
export const L_GAP_LINES = 6
export const L_GAP_FROM = 7
export const L_GAP_TO = 8
/** Refused lines, in all, whose marker was dropped with the line that carried it: the next marker at HEAD shows them. */
export const L_TO_SHOW_AGAIN = 9
export const L_WRITTEN = 17
export const L_WRITTEN_BYTES = 18
/** Lines that the disk has confirmed. */
export const L_SYNCED = 19
/** How many of L_TO_SHOW_AGAIN a marker has shown. */
export const L_SHOWN_AGAIN = 21

// The parts of the header in their order: none begins before the one before it has ended.
const HEADER_PARTS: readonly (readonly [offset: number, bytes: number])[] = [
  [H_MAGIC, (H_GEOMETRY_CHECK + 1) * 4],
  [H_OVERFLOW_STATE * 4, (H_OVERFLOW_ADDRESS_WORDS + 2 - H_OVERFLOW_STATE) * 4],
  [CLAIM_OFFSET, noteBytes(CLAIM_WORDS)],
  [SINK_STATE_OFFSET, noteBytes(SINK_STATE_WORDS)],
  [LOG_IDENTITY_OFFSET, noteBytes(LOG_IDENTITY_WORDS)],
  [LOG_NOTES_OFFSET, LOG_NOTES_BYTES],
  [STREAMED_BYTES_OFFSET, 8],
  [RECORD_OFFSET, RECORD_BYTES],
  [LOG_PATH_OFFSET, LOG_PATH_BYTES],
  [MARKER_OFFSET, HEADER_BYTES - MARKER_OFFSET],
]
HEADER_PARTS.reduce((end, [offset, bytes]) => {
  assertLayout(offset >= end && offset % 8 === 0, `the part at byte ${offset}`)
  return offset + bytes
}, 0)
assertLayout(
  L_STATE === L_THREAD + 1 && L_THREAD % 2 === 0,
  'the thread and the state of a lane are one word',
)
assertLayout(L_CLAIMS === L_HEAD + 1 && L_HEAD % 2 === 0, 'HEAD and its checksum are one word')
assertLayout(H_OVERFLOW_ADDRESS * 2 === H_OVERFLOW_ADDRESS_WORDS, 'the address of the oversized line')
assertLayout(MOST_LANES - 1 <= OVERFLOW_LANE_MASK, "the oversized line's lane")
assertLayout(OVERFLOW_SERIAL_STEP === (OVERFLOW_LANE_MASK + 1) << OVERFLOW_LANE_SHIFT, 'its serial number')
assertLayout(
  C_START < C_POSITION * 2 && (C_SHOWN_AGAIN + 1) * 2 <= CLAIM_WORDS,
  'the words and doubles of a claim',
)

function assertLayout(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The layout of the queue's memory contradicts itself: ${what}`)
}
