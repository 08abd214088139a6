// The file system as a sink sees it: the functions with which an open log is written, measured, shortened and synced. Tests
// inject short writes and failing disks here. (Opening is in open-log.ts, and tested with real files.)

import { fdatasyncSync, fstatSync, ftruncateSync, writeSync, writevSync, type Stats } from 'node:fs'

/** Functions of node:fs, and as these. */
export interface LogFs {
  writeSync(fd: number, bytes: Uint8Array, offset?: number, length?: number, position?: number | null): number
  writevSync(fd: number, ranges: readonly Uint8Array[]): number
  fdatasyncSync(fd: number): void
  fstatSync(fd: number): Stats
  ftruncateSync(fd: number, length: number): void
}

/** Node's own, looked up at each call: a program may replace them. */
export const nodeFs: LogFs = {
  writeSync: (fd, bytes, offset, length, position) => writeSync(fd, bytes, offset, length, position),
  writevSync: (fd, ranges) => writevSync(fd, ranges),
  fdatasyncSync: (fd) => fdatasyncSync(fd),
  fstatSync: (fd) => fstatSync(fd),
  ftruncateSync: (fd, length) => ftruncateSync(fd, length),
}
