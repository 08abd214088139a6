// Room on the stack, for work that must not stop halfway.

/** 8 KB: several times what the deepest chain of calls needs once everything is loaded. */
const A_CALL: readonly number[] = Array.from({ length: 1024 }, () => 0)
/** 64 KB: twice what it takes to load koffi and to start a thread. */
const A_START: readonly number[] = Array.from({ length: 8192 }, () => 0)

/**
 * Throws a RangeError if the stack is nearly full, so that an application's runaway recursion fails here, before
 * anything has happened, and not in the middle of what follows. V8 checks that so many arguments fit before it pushes
 * them, however it has compiled the function. Costs 1 us.
 */
export function expectStack(): void {
  Reflect.apply(nothing, undefined, A_CALL)
}

/** As {@link expectStack}, before a part of this package or of Node is used for the first time. Costs 8 us. */
export function expectStackToStart(): void {
  Reflect.apply(nothing, undefined, A_START)
}

function nothing(): void {}
