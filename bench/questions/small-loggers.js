// Who is asked about loads that are not heavy: ours with defaults, and what applications use.

const NAMES = new Set([
  'choose-l2 block',
  'choose-l2 line',
  'sonic-boom 3.8.1 tuned',
  'sonic-boom 4.2.1 tuned',
  'sonic-boom 4.2.1',
  'winston File',
  'fs.createWriteStream',
])

export const isOfEverydayUse = ({ name }) => NAMES.has(name)
