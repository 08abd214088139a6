// Room on the stack, for work that must not stop halfway.

/** 8 KB: several times what the deepest chain of calls in this package needs. */
const ARGUMENTS: readonly number[] = Array.from({ length: 1024 }, () => 0)

/**
 * Throws a RangeError if the stack is nearly full, so that an application's runaway recursion fails here, before
 * anything has happened, and not in the middle of what follows. V8 checks that so many arguments fit before it pushes
 * them, however it has compiled the function. Costs 1 us.
 */
export function expectStack(): void {
  Reflect.apply(nothing, undefined, ARGUMENTS)
}

function nothing(): void {}
