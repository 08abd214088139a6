// How objects of this package look in console.log: what matters to people and no internals. Showing one never throws,
// and changes nothing.

import { inspect, type InspectOptions } from 'node:util'

/** Call in a static block of a class: an object of it is shown as its class and these fields. */
export function showAs<T extends object>(
  { prototype }: { readonly prototype: T },
  fields: (object: T) => Readonly<Record<string, unknown>>,
): void {
  function show(this: T, depth: number, options: InspectOptions): string {
    const { name } = this.constructor
    return depth < 0 ? `[${name}]` : `${name} ${inspect(fields(this), { ...options, depth })}`
  }
  Object.defineProperty(prototype, inspect.custom, { value: show, writable: true, configurable: true })
}
