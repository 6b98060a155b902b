const MAGIC = 0xfd2fb528;
/** The last four bits of a skippable frame's magic number are anything. */
const SKIPPABLE = 0x184d2a50;
const RLE = 1;
const RESERVED = 3;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/** What the next few bytes are: they are collected, then tell how many to pass over. */
type Field = 'magic' | 'descriptor' | 'block' | 'skippable size';
const FIELD_BYTES: Readonly<Record<Field, number>> = { magic: 4, descriptor: 1, block: 3, 'skippable size': 4 };

/**
 * Cuts zstd data (RFC 8878) where its frames end. Compressors that work in parallel, or that make each file of an archive readable by
 * itself, write many frames; Node's decompressor leaves out what follows a frame in the same piece of input, without a word. What is no
 * zstd data is passed on as it comes: to refuse it is the decompressor's matter.
 */
export class ZstdFrames {
  #field: Field = 'magic';
  /** Bytes of the field so far, little-endian. */
  #value = 0;
  #collected = 0;
  /** Bytes to pass over before the next field, or before the frame's end. */
  #ahead = 0;
  #isEnding = false;
  #hasChecksum = false;
  #isUnknown = false;

  /** The parts of `chunk`, none of which goes beyond the end of a frame. */
  *split(chunk: Buffer): Generator<Buffer> {
    let begin = 0;
    for (let at = 0; at < chunk.length && !this.#isUnknown; ) {
      if (this.#ahead > 0) {
        const passed = Math.min(this.#ahead, chunk.length - at);
        this.#ahead -= passed;
        at += passed;
      } else {
        this.#value += (chunk[at++] ?? 0) * 2 ** (8 * this.#collected);
        if (++this.#collected === FIELD_BYTES[this.#field]) this.#take(this.#value);
      }
      if (this.#ahead > 0 || !this.#isEnding) continue;
      this.#isEnding = false;
      yield chunk.subarray(begin, at);
      begin = at;
    }
    if (begin < chunk.length) yield chunk.subarray(begin);
  }

  #take(value: number): void {
    this.#value = this.#collected = 0;
    switch (this.#field) {
      case 'magic':
        if (value === MAGIC) this.#field = 'descriptor';
        else if (value >= SKIPPABLE && value < SKIPPABLE + 16) this.#field = 'skippable size';
        else this.#isUnknown = true;
        return;
      case 'skippable size':
        this.#ahead = value;
        this.#isEnding = true;
        this.#field = 'magic';
        return;
      case 'descriptor': {
        const isSingleSegment = (value & 0x20) !== 0;
        this.#hasChecksum = (value & 0x04) !== 0;
        const contentSize = CONTENT_SIZE_BYTES[value >> 6] ?? 0;
        this.#ahead = (DICTIONARY_BYTES[value & 3] ?? 0) + (isSingleSegment ? Math.max(1, contentSize) : 1 + contentSize);
        this.#field = 'block';
        return;
      }
      case 'block': {
        const type = (value >> 1) & 3;
        if (type === RESERVED) this.#isUnknown = true;
        this.#ahead = type === RLE ? 1 : value >> 3;
        if ((value & 1) === 0) return;
        this.#ahead += this.#hasChecksum ? 4 : 0;
        this.#isEnding = true;
        this.#field = 'magic';
      }
    }
  }
}
