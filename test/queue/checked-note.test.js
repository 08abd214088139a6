// Numbers that are only true together: no step at which a thread dies mixes two versions, and no damaged bit goes
// unnoticed.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { CheckedNote, noteBytes } from '../../build/queue/checked-note.js'
import { claimsWord } from '../../build/queue/lane.js'
import { diesAt } from '../helpers/steps.js'

const WORDS = 4

function createNote() {
  const buffer = new SharedArrayBuffer(noteBytes(WORDS))
  const note = new CheckedNote(buffer, 0, WORDS)
  const write = (word, double) => {
    const draft = note.draft()
    draft.words[0] = word
    draft.doubles[1] = double
    note.publish()
  }
  return { bytes: new Uint8Array(buffer), buffer, note, write }
}

function contentOf({ current, isSet }) {
  return isSet ? [current.words[0], current.doubles[1]] : null
}

it('a note holds the last version, and nothing before the first or after it was cleared', () => {
  const { note, write } = createNote()
  assert.equal(contentOf(note), null)
  for (const n of [1, 2, 3, -1]) {
    write(n, n / 2)
    assert.deepEqual(contentOf(note), [n, n / 2])
    assert.equal(note.isSound, true)
  }
  note.clear()
  assert.equal(contentOf(note), null)
})

it('a thread that dies at any step of a change leaves the old version or the new one', () => {
  for (let step = 0, hasDied = true; hasDied; step++) {
    const { buffer, note, write } = createNote()
    write(1, 1)
    hasDied = diesAt(buffer, step, () => write(2, 2))
    assert.equal(note.isSound, true)
    assert.deepEqual(contentOf(note), hasDied ? [1, 1] : [2, 2])
  }
})

it('every bit of the version that holds is covered by the checksum', () => {
  for (const versions of [1, 2]) {
    const { bytes, note, write } = createNote()
    for (let n = 1; n <= versions; n++) write(n, -n)
    const held = contentOf(note)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7)
      assert.ok(!note.isSound || same(contentOf(note), held), `bit ${bit} of version ${versions}`)
      bytes[bit >> 3] ^= 1 << (bit & 7)
    }
  }
})

it('every bit of a position and its count of claims is covered by the checksum beside them', () => {
  for (const head of [0, 1, 1000, -1, 0x7fffffff, 0x12345678]) {
    for (const claims of [0, 1, 0x8000, 0xffff]) {
      const word = claimsWord(head, claims)
      assert.equal(word & 0xffff, claims)
      for (let bit = 0; bit < 32; bit++) {
        assert.notEqual(claimsWord(head ^ (1 << bit), claims), word, `bit ${bit} of HEAD`)
        const damaged = word ^ (1 << bit)
        assert.notEqual(claimsWord(head, damaged & 0xffff), damaged, `bit ${bit} of the count`)
      }
    }
  }
  assert.equal(claimsWord(0, 0), 0, 'an empty lane is all zeros')
})

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b)
}
