/** Grows while little-endian numbers, strings and lists are appended in the launcher's encoding. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #size = 0;

  #room(more: number): number {
    const at = this.#size;
    this.#size += more;
    if (this.#size > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#size, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }

  /** Throws RangeError outside 0..255; the same for the wider ones. */
  u8(value: number): this {
    const at = this.#room(1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#bytes.writeUInt16LE(value, at);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeUInt32LE(value, at);
    return this;
  }

  /** Two's complement of a number between -2^31 and 2^31-1. */
  i32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeInt32LE(value, at);
    return this;
  }

  u64(value: bigint): this {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64LE(value, at);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.u32(value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** Size, UTF-8, one NUL. Throws RangeError for a string that holds a NUL: C would see less of it than was checked. */
  string(value: string): this {
    if (value.includes('\0')) throw new RangeError(`NUL in ${JSON.stringify(value.slice(0, 80))}`);
    const size = Buffer.byteLength(value);
    this.u32(size);
    const at = this.#room(size + 1);
    this.#bytes.write(value, at);
    this.#bytes[at + size] = 0;
    return this;
  }

  list<T>(values: readonly T[], write: (value: T) => void): this {
    this.u32(values.length);
    for (const value of values) write(value);
    return this;
  }

  strings(values: readonly string[]): this {
    return this.list(values, (value) => this.string(value));
  }

  /** Writes a u32 size in front of what `body` writes. */
  sized(body: () => void): this {
    const at = this.#room(4);
    body();
    this.#bytes.writeUInt32LE(this.#size - at - 4, at);
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }
}
