// Which writers can work here: the memory-mapped one needs the optional package koffi.

import { loadLibc } from '../../build/native/libc.js'

export const canMap = loadLibc().available
export const WRITER_TYPES = canMap ? ['line', 'block', 'mmap'] : ['line', 'block']
export const MODES = ['trigger', 'loop', 'manual']
export const POLICIES = ['block', 'drop_oldest', 'drop_newest', 'warn']
