/** JSON.rawJSON is in V8 since 11.4 and not yet in TypeScript's library. */
const rawJson = (JSON as unknown as { readonly rawJSON: (this: void, text: string) => object }).rawJSON;

/** An integer that JSON.stringify prints digit by digit; a double would round times in nanoseconds. */
export function int64(value: bigint): object {
  return rawJson(value.toString());
}
