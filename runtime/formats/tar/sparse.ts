import { BLOCK, invalidTar, tarNumber } from './entry.ts';
import type { PaxRecords } from './pax.ts';

/** A part of a file that an archive has; between parts are zeros. */
export interface Segment {
  readonly offset: number;
  readonly size: number;
}

/** A map takes memory before anything of it is known to be true. GNU tar's default form has room for fewer in what Go reads. */
const MAX_SEGMENTS = 131_072;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
/** An entry of the oldest form: offset and size, twelve digits each. */
const OLD_ENTRY = 24;
const GNU_MAGIC = 'ustar  \0';

/** A map that stands in blocks of its own. */
export interface MapReader {
  /** Of the entry. */
  readonly name: string;
  /** The file's size with its holes. */
  readonly realSize: number;
  /** Whether the blocks are of the size that the header says. */
  readonly isContent: boolean;
  readonly isComplete: boolean;
  readonly segments: readonly Segment[];
  /** Throws InvalidArgument. */
  take(block: Buffer): void;
}

/** GNU tar's type S: four entries in the header and blocks of 21 more, each of which says whether one follows. */
export class OldMap implements MapReader {
  readonly isContent = false;
  readonly realSize: number;
  readonly segments: Segment[] = [];
  readonly name: string;
  #isComplete: boolean;

  constructor(name: string, header: Buffer) {
    this.name = name;
    if (header.toString('latin1', 257, 265) !== GNU_MAGIC) throw invalidMap(name, 'its header is not of GNU tar');
    this.realSize = tarNumber(header, 483, 12, 'realsize');
    this.#add(header, 386, 4);
    this.#isComplete = header[482] === 0;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  take(block: Buffer): void {
    this.#add(block, 0, 21);
    this.#isComplete = block[504] === 0;
  }

  #add(block: Buffer, start: number, count: number): void {
    for (let at = start; at < start + count * OLD_ENTRY && block[at] !== 0; at += OLD_ENTRY) {
      this.segments.push({ offset: tarNumber(block, at, 12, 'sparse offset'), size: tarNumber(block, at + 12, 12, 'sparse size') });
    }
    if (this.segments.length > MAX_SEGMENTS) throw tooMany(this.name);
  }
}

/** PAX 1.0: decimal numbers in lines before the content, in whole blocks: how many parts, then offset and size of each. */
class InlineMap implements MapReader {
  readonly isContent = true;
  readonly realSize: number;
  readonly segments: Segment[] = [];
  readonly name: string;
  #isComplete = false;
  #count = -1;
  #offset = -1;
  #number = 0;
  #hasDigits = false;

  constructor(name: string, realSize: number) {
    this.name = name;
    this.realSize = realSize;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  take(block: Buffer): void {
    for (let at = 0; at < BLOCK && !this.#isComplete; at++) {
      const byte = block[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        this.#number = this.#number * 10 + byte - ZERO;
        this.#hasDigits = true;
        if (!Number.isSafeInteger(this.#number)) throw invalidMap(this.name, 'a number is out of range');
      } else if (byte === NEWLINE && this.#hasDigits) this.#line(this.#number);
      else throw invalidMap(this.name, 'a line is not a number');
    }
  }

  #line(value: number): void {
    this.#number = 0;
    this.#hasDigits = false;
    if (this.#count < 0) {
      this.#count = value;
      if (value > MAX_SEGMENTS) throw tooMany(this.name);
    } else if (this.#offset < 0) this.#offset = value;
    else {
      this.segments.push({ offset: this.#offset, size: value });
      this.#offset = -1;
    }
    this.#isComplete = this.segments.length === this.#count;
  }
}

/** A map that the header had room for. */
class ListedMap implements MapReader {
  readonly isContent = true;
  readonly isComplete = true;
  readonly realSize: number;
  readonly segments: readonly Segment[];
  readonly name: string;

  constructor(name: string, realSize: number, numbers: readonly string[]) {
    this.name = name;
    this.realSize = realSize;
    if (numbers.length % 2 !== 0) throw invalidMap(this.name, 'an offset has no size');
    if (numbers.length > 2 * MAX_SEGMENTS) throw tooMany(this.name);
    const segments: Segment[] = [];
    for (let at = 0; at < numbers.length; at += 2) segments.push({ offset: decimal(name, numbers[at]), size: decimal(name, numbers[at + 1]) });
    this.segments = segments;
  }

  take(): void {
    throw invalidMap(this.name, 'it is complete');
  }
}

/**
 * The map that PAX records tell of or begin, in GNU tar's forms 0.0 (a record for each number, which parsePax has put together), 0.1 and
 * 1.0. Undefined where the file is not sparse. Throws InvalidArgument.
 */
export function sparseMapOf(records: PaxRecords, name: string): MapReader | undefined {
  const text = (key: string): string | undefined => records.get(`GNU.sparse.${key}`)?.toString('latin1');
  if (![...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) return undefined;
  const version = `${text('major') ?? '0'}.${text('minor') ?? '0'}`;
  const realSize = text('realsize') ?? text('size');
  if (realSize === undefined) throw invalidMap(name, 'the size of the file is missing');
  if (version === '1.0') return new InlineMap(name, decimal(name, realSize));
  if (version !== '0.0' && version !== '0.1') throw invalidMap(name, `the form ${JSON.stringify(version.slice(0, 20))} is unknown`);
  const list = text('map') ?? '';
  const map = new ListedMap(name, decimal(name, realSize), list === '' ? [] : list.split(','));
  const count = text('numblocks');
  if (count !== undefined && decimal(name, count) !== map.segments.length)
    throw invalidMap(name, `it has ${map.segments.length} parts and says ${count.slice(0, 20)}`);
  return map;
}

/** The parts that are not empty. Throws InvalidArgument unless they ascend within the file and have `stored` bytes together. */
export function checkedSegments({ name, segments, realSize }: MapReader, stored: number): Segment[] {
  let end = 0;
  let sum = 0;
  for (const { offset, size } of segments) {
    if (offset < end) throw invalidMap(name, `the part at ${offset} begins before the end of the one before, ${end}`);
    end = offset + size;
    if (end > realSize) throw invalidMap(name, `the part at ${offset} ends beyond the file's size ${realSize}`);
    sum += size;
  }
  if (sum !== stored) throw invalidMap(name, `its parts have ${sum} bytes, the archive ${stored}`);
  return segments.filter(({ size }) => size > 0);
}

function decimal(name: string, text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || !/^[0-9]+$/.test(text) || !Number.isSafeInteger(number))
    throw invalidMap(name, `${JSON.stringify(text?.slice(0, 40))} is not a number`);
  return number;
}

function tooMany(name: string): Error {
  return invalidMap(name, `it has more than ${MAX_SEGMENTS} parts`);
}

export function invalidMap(name: string, why: string): Error {
  return invalidTar(`entry ${JSON.stringify(name.slice(0, 200))}: the map of the sparse file is wrong: ${why}`);
}
