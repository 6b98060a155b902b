import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { EngineError } from '../../base/errors.ts';

/**
 * How to make a layer's tar again from its unpacked files, byte for byte: what is no file content is kept, packed, and content is
 * named by the path it was unpacked to. Blocks of zstd data, each after its size (u32), of steps: a kind (u8), then a size (u32)
 * and bytes, or a path's size (u32), the path and the content's size (u64), or that and where in the file it begins (u64). Little-endian.
 */
export type RecipeStep = { readonly bytes: Buffer } | { readonly path: Buffer; readonly size: number; readonly offset: number };

const BLOCK = 1024 * 1024;
/** A step of bytes is cut before it, so that no block inflates to more than this and one path. */
const MAX_BLOCK = BLOCK + 64 * 1024;
const RAW = 0;
const FILE = 1;
const PART = 2;
const SIZE_BYTES = 8;
const HEAD = 5;

/** Writes a recipe while its layer is unpacked. Blocks the thread. */
export class RecipeWriter implements Disposable {
  readonly #fd: number;
  readonly #block = Buffer.allocUnsafeSlow(MAX_BLOCK);
  #used = 0;
  /** Where the step of bytes that can still grow begins; -1: none. */
  #open = -1;

  /** The file must not exist. */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx', 0o600);
  }

  raw(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used + HEAD >= BLOCK) this.#flush();
      if (this.#open < 0) {
        this.#open = this.#used;
        this.#block[this.#used] = RAW;
        this.#used += HEAD;
      }
      const piece = bytes.subarray(at, at + BLOCK - this.#used);
      this.#block.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
      this.#block.writeUInt32LE(this.#used - this.#open - HEAD, this.#open + 1);
    }
  }

  file(name: Uint8Array, size: number): void {
    this.#content(FILE, name, [size]);
  }

  /** What the file has of `size` bytes from `offset`. */
  part(name: Uint8Array, offset: number, size: number): void {
    this.#content(PART, name, [size, offset]);
  }

  finish(): void {
    this.#flush();
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #content(kind: number, name: Uint8Array, numbers: readonly number[]): void {
    const length = HEAD + name.length + numbers.length * SIZE_BYTES;
    if (this.#used + length > MAX_BLOCK) this.#flush();
    this.#open = -1;
    this.#block[this.#used] = kind;
    this.#block.writeUInt32LE(name.length, this.#used + 1);
    this.#block.set(name, this.#used + HEAD);
    for (const [index, number] of numbers.entries()) this.#block.writeBigUInt64LE(BigInt(number), this.#used + HEAD + name.length + index * SIZE_BYTES);
    this.#used += length;
    if (this.#used >= BLOCK) this.#flush();
  }

  #flush(): void {
    if (this.#used === 0) return;
    const packed = zstdCompressSync(this.#block.subarray(0, this.#used));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(packed.length);
    for (const part of [head, packed]) for (let at = 0; at < part.length; ) at += writeSync(this.#fd, part, at);
    this.#used = 0;
    this.#open = -1;
  }
}

/** The steps in order; the bytes of one are only valid until the next. Throws Internal for a file that is damaged. */
export function* readRecipe(path: string): Generator<RecipeStep> {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(4);
    for (;;) {
      const count = readSync(fd, head, 0, 4, null);
      if (count === 0) return;
      const size = count === 4 ? head.readUInt32LE() : 0;
      const packed = Buffer.alloc(Math.min(size, 2 * MAX_BLOCK));
      if (size === 0 || size > packed.length || readSync(fd, packed, 0, size, null) < size) throw damaged(path);
      yield* stepsOf(zstdDecompressSync(packed, { maxOutputLength: MAX_BLOCK }), path);
    }
  } finally {
    closeSync(fd);
  }
}

function* stepsOf(block: Buffer, path: string): Generator<RecipeStep> {
  for (let at = 0; at < block.length; ) {
    if (at + HEAD > block.length) throw damaged(path);
    const size = block.readUInt32LE(at + 1);
    const content = block.subarray(at + HEAD, at + HEAD + size);
    if (content.length < size) throw damaged(path);
    const kind = block[at];
    at += HEAD + size;
    if (kind === RAW) {
      yield { bytes: content };
      continue;
    }
    const end = at + (kind === PART ? 2 : 1) * SIZE_BYTES;
    if (end > block.length) throw damaged(path);
    yield { path: content, size: Number(block.readBigUInt64LE(at)), offset: kind === PART ? Number(block.readBigUInt64LE(at + SIZE_BYTES)) : 0 };
    at = end;
  }
}

function damaged(path: string): EngineError {
  return new EngineError('Internal', `the record of a layer's archive is damaged: ${path}`);
}
