// What this package runs beside the application: the writer thread, the thread that compresses
// archives, and the process that recovers another user's queues.
// scripts/build.js bundles this file into one script, the text in background-script.ts.

export { runCompression } from './memory/run-compression.js'
export { recoverAsThisProcess } from './recovery/owner-process.js'
export { runWriterThread } from './drain/entry.js'
