/** Where a cut output may begin again: looked for no further than this many bytes. */
const SEARCH = 8192;
const LINE_FEED = 10;

/** The newest output of a session, at most `capacity` bytes; the memory is taken with the first byte. */
export class OutputRing {
  readonly #capacity: number;
  #bytes: Buffer | null = null;
  /** Where the next byte goes. */
  #end = 0;
  #full = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  append(data: Uint8Array): void {
    this.#bytes ??= Buffer.alloc(this.#capacity);
    const kept = data.subarray(Math.max(0, data.length - this.#capacity));
    const first = kept.subarray(0, this.#capacity - this.#end);
    this.#bytes.set(first, this.#end);
    this.#bytes.set(kept.subarray(first.length), 0);
    if (this.#end + kept.length >= this.#capacity) this.#full = true;
    this.#end = (this.#end + kept.length) % this.#capacity;
  }

  /** A copy, oldest first. Where older output was dropped it begins after a line's end, so that no half letter or sequence is shown. */
  contents(): Uint8Array {
    if (!this.#bytes) return new Uint8Array();
    if (!this.#full) return new Uint8Array(this.#bytes.subarray(0, this.#end));
    const all = Buffer.concat([this.#bytes.subarray(this.#end), this.#bytes.subarray(0, this.#end)]);
    const line = all.subarray(0, SEARCH).indexOf(LINE_FEED);
    return new Uint8Array(all.subarray(line + 1));
  }
}
