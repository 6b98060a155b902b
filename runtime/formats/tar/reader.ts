import { textOfBytes } from '../../base/byte-text.ts';
import { BLOCK, decodeHeader, invalidTar, type RawHeader, type TarEntry, typeOf } from './entry.ts';
import { type PaxRecords, parsePax, paxInteger, paxText, paxTime, xattrsOf } from './pax.ts';
import { checkedSegments, invalidMap, type MapReader, OldMap, type Segment, sparseMapOf } from './sparse.ts';

/** Receives an archive's members in order. A thrown error ends the reading. */
export interface TarHandler {
  /** `offset`: where the content begins in the stream. */
  entry(entry: TarEntry, offset: number): void;
  /** Everything that is no content, in pieces and in order with `entry` and `data`; only valid during the call. */
  raw?(bytes: Buffer): void;
  /** Content of the entry last announced, in pieces; the bytes are only valid during the call. */
  data(bytes: Buffer): void;
  /** Zeros that the archive leaves out, in order with `data`. */
  hole?(size: number): void;
  /** The content is complete. */
  end(): void;
}

/** Bytes of a PAX header or a GNU long name. */
const EXTENSION_BYTES = 1024 * 1024;
const MAX_ID = 2 ** 32 - 2;
const NO_RECORDS: PaxRecords = new Map();

/**
 * A tar parser that is fed with chunks and calls back synchronously: no streams and no promise for each entry, which is
 * what the time of unpacking many small files goes to. PAX values stay bytes: tar-stream decodes them as UTF-8, which destroys
 * binary attributes such as file capabilities. Throws InvalidArgument for anything malformed.
 */
export class TarReader {
  readonly #handler: TarHandler;
  #offset = 0;
  #state: 'header' | 'map' | 'content' | 'extension' | 'padding' | 'end' = 'header';
  readonly #block = Buffer.allocUnsafe(BLOCK);
  #filled = 0;
  #remaining = 0;
  #padding = 0;
  #zeroBlocks = 0;
  #extension: Buffer = Buffer.alloc(0);
  #extensionType = '';
  #pax: PaxRecords = NO_RECORDS;
  #longName: string | undefined;
  #longLink: string | undefined;
  /** A sparse file whose map is still read. */
  #mapped: { readonly entry: TarEntry; readonly map: MapReader; stored: number } | undefined;
  #segments: readonly Segment[] = [];
  /** The next of them. */
  #segment = 0;
  /** How much of a sparse file has been told. */
  #position = 0;
  #realSize = 0;

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  /** Bytes taken so far. */
  get offset(): number {
    return this.#offset;
  }

  push(chunk: Buffer): void {
    const start = this.#offset;
    let at = 0;
    while (at < chunk.length && this.#state !== 'end') {
      this.#offset = start + at;
      at += this.#step(chunk, at);
    }
    if (at < chunk.length) this.#handler.raw?.(chunk.subarray(at));
    this.#offset = start + chunk.length;
  }

  /**
   * Says that no more comes. Throws InvalidArgument when the archive ends in the middle. Without the blocks that mark its end, and even
   * without the last file's padding, it is whole: the docker CLI sends contexts so.
   */
  finish(): void {
    const isBetween = this.#state === 'padding' || (this.#state === 'header' && this.#filled === 0 && this.#offset > 0);
    if (this.#state === 'end' || (isBetween && this.#pax === NO_RECORDS)) return;
    throw invalidTar('unexpected end of the archive');
  }

  /** Takes one piece of `chunk` from `at`; returns its length. */
  #step(chunk: Buffer, at: number): number {
    const available = chunk.length - at;
    switch (this.#state) {
      case 'header':
      case 'map': {
        if (this.#filled === 0 && available >= BLOCK) {
          this.#offset += BLOCK;
          const block = chunk.subarray(at, at + BLOCK);
          this.#handler.raw?.(block);
          this.#takeBlock(block);
          return BLOCK;
        }
        const take = Math.min(BLOCK - this.#filled, available);
        chunk.copy(this.#block, this.#filled, at, at + take);
        this.#handler.raw?.(chunk.subarray(at, at + take));
        this.#filled += take;
        this.#offset += take;
        if (this.#filled === BLOCK) {
          this.#filled = 0;
          this.#takeBlock(this.#block);
        }
        return take;
      }
      case 'content': {
        const take = Math.min(this.#remaining, available);
        this.#remaining -= take;
        this.#handler.data(at === 0 && take === chunk.length ? chunk : chunk.subarray(at, at + take));
        if (this.#remaining === 0) this.#endRun();
        return take;
      }
      case 'extension': {
        const take = Math.min(this.#remaining, available);
        chunk.copy(this.#extension, this.#extension.length - this.#remaining, at, at + take);
        this.#handler.raw?.(chunk.subarray(at, at + take));
        this.#remaining -= take;
        if (this.#remaining === 0) this.#endExtension();
        return take;
      }
      case 'padding': {
        const take = Math.min(this.#padding, available);
        this.#handler.raw?.(chunk.subarray(at, at + take));
        this.#padding -= take;
        if (this.#padding === 0) this.#state = 'header';
        return take;
      }
      case 'end':
        return available;
    }
  }

  #takeBlock(block: Buffer): void {
    if (this.#state === 'map') this.#takeMap(block);
    else this.#header(block);
  }

  #header(block: Buffer): void {
    const header = decodeHeader(block);
    if (header === undefined) {
      this.#zeroBlocks++;
      if (this.#zeroBlocks === 2) this.#state = 'end';
      return;
    }
    this.#zeroBlocks = 0;
    if ('xgLK'.includes(header.typeflag)) this.#beginExtension(header);
    else this.#beginEntry(header, block);
  }

  #beginExtension({ typeflag, size }: RawHeader): void {
    if (size > EXTENSION_BYTES) throw invalidTar(`an extended header of ${size} bytes is too large`);
    this.#extensionType = typeflag;
    this.#extension = Buffer.allocUnsafe(size);
    this.#remaining = size;
    this.#padding = paddingOf(size);
    this.#state = 'extension';
    if (size === 0) this.#endExtension();
  }

  #endExtension(): void {
    switch (this.#extensionType) {
      case 'x':
        this.#pax = parsePax(this.#extension);
        break;
      case 'L':
        this.#longName = untilNul(this.#extension);
        break;
      case 'K':
        this.#longLink = untilNul(this.#extension);
        break;
      default:
      // Global headers carry comments (git) and defaults that image writers do not use; Docker ignores them as well.
    }
    this.#afterBytes();
  }

  #beginEntry(header: RawHeader, block: Buffer): void {
    const pax = this.#pax;
    const entry = this.#applyExtensions(header);
    const size = paxInteger(pax, 'size', header.size);
    this.#pax = NO_RECORDS;
    this.#longName = undefined;
    this.#longLink = undefined;
    // Only files have content; some writers give links the size of their target.
    const hasContent = entry.type === 'file';
    this.#padding = hasContent ? paddingOf(size) : 0;
    const map = header.typeflag === 'S' ? new OldMap(entry.name, block) : sparseMapOf(pax, entry.name);
    if (map === undefined || !hasContent) {
      this.#remaining = hasContent ? size : 0;
      this.#handler.entry(entry, this.#offset);
      this.#state = 'content';
      if (this.#remaining === 0) this.#endContent();
      return;
    }
    this.#mapped = { entry: { ...entry, size: map.realSize, isSparse: true }, map, stored: size };
    this.#state = 'map';
    if (map.isComplete) this.#beginSparse();
  }

  #takeMap(block: Buffer): void {
    const mapped = this.#mapped;
    if (mapped === undefined) return;
    if (mapped.map.isContent) mapped.stored -= BLOCK;
    if (mapped.stored < 0) throw invalidMap(mapped.map.name, 'it is larger than the content');
    mapped.map.take(block);
    if (mapped.map.isComplete) this.#beginSparse();
  }

  /** The map is known to be true before anything is said of the file. */
  #beginSparse(): void {
    if (this.#mapped === undefined) return;
    const { entry, map, stored } = this.#mapped;
    this.#mapped = undefined;
    this.#segments = checkedSegments(map, stored);
    this.#segment = 0;
    this.#position = 0;
    this.#realSize = map.realSize;
    this.#handler.entry(entry, this.#offset);
    this.#state = 'content';
    this.#nextSegment();
  }

  #nextSegment(): void {
    const segment = this.#segments[this.#segment++];
    const next = segment?.offset ?? this.#realSize;
    if (next > this.#position) this.#handler.hole?.(next - this.#position);
    this.#position = next + (segment?.size ?? 0);
    this.#remaining = segment?.size ?? 0;
    if (segment !== undefined) return;
    this.#segments = [];
    this.#realSize = this.#position = this.#segment = 0;
    this.#endContent();
  }

  #applyExtensions(header: RawHeader): TarEntry {
    const pax = this.#pax;
    if (pax === NO_RECORDS && this.#longName === undefined && this.#longLink === undefined) {
      const type = typeOf(header.typeflag, header.name);
      return { ...idsOf(header.uid, header.gid), ...header, type, size: type === 'file' ? header.size : 0, mtimeNano: 0, xattrs: undefined };
    }
    const name = paxText(pax, 'GNU.sparse.name', paxText(pax, 'path', this.#longName ?? header.name));
    const type = typeOf(header.typeflag, name);
    const time = paxTime(pax, 'mtime');
    return {
      ...header,
      ...idsOf(paxInteger(pax, 'uid', header.uid), paxInteger(pax, 'gid', header.gid)),
      name,
      type,
      size: type === 'file' ? paxInteger(pax, 'size', header.size) : 0,
      mtime: time?.seconds ?? header.mtime,
      mtimeNano: time?.nano ?? 0,
      linkName: paxText(pax, 'linkpath', this.#longLink ?? header.linkName),
      xattrs: xattrsOf(pax),
    };
  }

  #endRun(): void {
    if (this.#segment > 0) this.#nextSegment();
    else this.#endContent();
  }

  #endContent(): void {
    this.#handler.end();
    this.#afterBytes();
  }

  #afterBytes(): void {
    this.#state = this.#padding > 0 ? 'padding' : 'header';
  }
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return textOfBytes(end < 0 ? bytes : bytes.subarray(0, end));
}

function idsOf(uid: number, gid: number): { uid: number; gid: number } {
  if (uid > MAX_ID || gid > MAX_ID) throw invalidTar(`the owner ${uid}:${gid} of an entry is out of range`);
  return { uid, gid };
}
