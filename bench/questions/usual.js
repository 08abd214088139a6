// Who is asked by default.

/** Ours in the modes that only freshness is about. */
const isOtherMode = ({ kind, name }) => kind === 'ours' && /loop|manual/u.test(name)

/** Everyone that takes lines. */
export const takesLines = ({ open }) => open !== undefined

/** Those, and programs that write a file of lines as a whole. */
export const writesLines = ({ open, writeAll, logsNothing = false }) =>
  !logsNothing && (open ?? writeAll) !== undefined

/** Ours as they come and the block writer without crash safety, the peers, the controls. */
export const isUsual = (contender) =>
  !isOtherMode(contender) && !/(?:line|mmap) crashSafe/u.test(contender.name)
