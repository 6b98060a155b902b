import { EngineError } from '../../base/errors.ts';

/** What a program or library says of what it needs (ELF gABI, "Dynamic Linking"). */
export interface ElfFile {
  readonly bits: 32 | 64;
  /** e_machine: 62 is x86-64, 183 is AArch64. */
  readonly machine: number;
  /** Path of its dynamic loader; empty: it has none, as libraries and static programs. */
  readonly interpreter: string;
  readonly needed: readonly string[];
  /** Directories to look in, as written, `$ORIGIN` and all. DT_RPATH holds for what is needed by what is needed too. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
}

const MAX_HEADERS = 512;
const MAX_DYNAMIC = 8192;
const MAX_STRING = 4096;
const MAX_NEEDED = 512;

const TYPES = [2, 3]; // ET_EXEC, ET_DYN
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

const malformed = (why: string): EngineError => new EngineError('InvalidArgument', `not a program that can be read: ${why}`);

/** Fields of one byte order and word size. Reading beyond the end throws. */
class Fields {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #wide: boolean;

  constructor(bytes: Uint8Array, little: boolean, wide: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
    this.#wide = wide;
  }

  half(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, this.#little);
  }

  word(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, this.#little);
  }

  /** An address or offset, of the file's word size. */
  address(at: number): number {
    if (!this.#wide) return this.word(at);
    this.#check(at, 8);
    const value = this.#view.getBigUint64(at, this.#little);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('an address is too large');
    return Number(value);
  }

  #check(at: number, length: number): void {
    if (!Number.isSafeInteger(at) || at < 0 || at + length > this.#view.byteLength) throw malformed('it ends too early');
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

export const isElf = (bytes: Uint8Array): boolean => bytes.length >= 20 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** Reads a whole executable or shared object. @throws EngineError InvalidArgument for what is none or damaged; work and result are bounded. */
export function readElf(bytes: Uint8Array): ElfFile {
  if (!isElf(bytes)) throw malformed('it is no ELF file');
  const wide = bytes[4] === 2;
  if (!wide && bytes[4] !== 1) throw malformed('its word size is unknown');
  if (bytes[5] !== 1 && bytes[5] !== 2) throw malformed('its byte order is unknown');
  const fields = new Fields(bytes, bytes[5] === 1, wide);
  if (!TYPES.includes(fields.half(16))) throw malformed('it is neither a program nor a library');
  const segments = readSegments(fields, wide);
  const strings = (offset: number, length: number) => textAt(bytes, offset, length);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  return {
    bits: wide ? 64 : 32,
    machine: fields.half(18),
    interpreter: interpreter ? strings(interpreter.offset, interpreter.size) : '',
    ...readDynamic(fields, wide, segments, bytes),
  };
}

function readSegments(fields: Fields, wide: boolean): readonly Segment[] {
  const start = fields.address(wide ? 32 : 28);
  const entry = fields.half(wide ? 54 : 42);
  const count = fields.half(wide ? 56 : 44);
  if (count > MAX_HEADERS) throw malformed('it has too many parts');
  if (count > 0 && entry < (wide ? 56 : 32)) throw malformed('its parts are too short');
  return Array.from({ length: count }, (_, index): Segment => {
    const at = start + index * entry;
    return wide
      ? { type: fields.word(at), offset: fields.address(at + 8), address: fields.address(at + 16), size: fields.address(at + 32) }
      : { type: fields.word(at), offset: fields.word(at + 4), address: fields.word(at + 8), size: fields.word(at + 16) };
  });
}

function readDynamic(fields: Fields, wide: boolean, segments: readonly Segment[], bytes: Uint8Array): Pick<ElfFile, 'needed' | 'rpath' | 'runpath'> {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return { needed: [], rpath: [], runpath: [] };
  const step = wide ? 16 : 8;
  const values = new Map<number, number[]>([
    [DT_NEEDED, []],
    [DT_STRTAB, []],
    [DT_RPATH, []],
    [DT_RUNPATH, []],
  ]);
  const entries = Math.floor(dynamic.size / step);
  if (entries > MAX_DYNAMIC) throw malformed('its dynamic part is too long');
  for (let index = 0; index < entries; index++) {
    const at = dynamic.offset + index * step;
    const tag = fields.address(at);
    if (tag === DT_NULL) break;
    values.get(tag)?.push(fields.address(at + step / 2));
  }
  const needed = values.get(DT_NEEDED) ?? [];
  if (needed.length > MAX_NEEDED) throw malformed('it needs too much');
  const table = values.get(DT_STRTAB)?.[0];
  const strings = table === undefined ? null : offsetOf(table, segments);
  const text = (offset: number) => {
    if (strings === null) throw malformed('its names are missing');
    return textAt(bytes, strings + offset, MAX_STRING);
  };
  const paths = (tag: number) => (values.get(tag) ?? []).slice(0, 1).flatMap((offset) => text(offset).split(':'));
  return { needed: needed.map(text), rpath: paths(DT_RPATH), runpath: paths(DT_RUNPATH) };
}

/** Where in the file an address of memory comes from. */
function offsetOf(address: number, segments: readonly Segment[]): number {
  const home = segments.find((segment) => segment.type === PT_LOAD && address >= segment.address && address - segment.address < segment.size);
  if (!home) throw malformed('an address is in none of its parts');
  return home.offset + (address - home.address);
}

/** The text up to its zero byte, `limit` bytes at most. */
function textAt(bytes: Uint8Array, offset: number, limit: number): string {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= bytes.length) throw malformed('a name is beyond its end');
  const end = bytes.subarray(offset, offset + Math.min(limit, MAX_STRING)).indexOf(0);
  if (end === -1) throw malformed('a name has no end');
  return Buffer.from(bytes.subarray(offset, offset + end)).toString('utf8');
}
