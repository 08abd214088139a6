// The code of the writer thread and of the owner's process as text, part of the library like any other constant. A file
// could get lost in a bundle, or a bundle could have another file of that name beside it.

/** Bundled from background.ts by scripts/build.js. Defines `chooseL2`, an object with the exports of that file. */
export const BACKGROUND_SCRIPT: string = ''
