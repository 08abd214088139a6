// Runs the programs of test/faults/fixtures and test/durability/fixtures.

import { startProgram } from '../integration/program.js'

/** As startProgram, with a path below test/. */
export function startFixture(t, path, args, options) {
  return startProgram(t, `../../${path}`, args, options)
}

/** Runs one to its end. */
export function runFixture(t, path, args, options) {
  return startFixture(t, path, args, options).done
}
