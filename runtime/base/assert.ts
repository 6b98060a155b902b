/** Makes a switch over a union exhaustive at compile time. Throws when an unknown value arrives at run time. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unknown ${what}: ${JSON.stringify(value)}`);
}

/** Narrows away null and undefined. `why` says why the value is known to be there. */
export function assertPresent<T>(value: T, why: string): NonNullable<T> {
  if (value === null || value === undefined) throw new Error(`expected a value: ${why}`);
  return value;
}
