import { EngineError } from '../../base/errors.ts';
import { looksLikeTar, sniffCompression } from '../../formats/compression.ts';
import type { TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';

/** Where a member's content lies in the archive. */
export interface ArchiveMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Its content has holes that the archive leaves out. */
  readonly isSparse?: true;
}

/** An image of a thousand layers in the older layout has four members a layer. */
const MEMBERS = 100_000;
/** Characters of all their names and links, which are kept in memory. */
const NAMES = 32 * 1024 * 1024;
const HEAD = 512;
const LINKS = 16;

/** Takes down what an archive contains while it passes, and points out at once what looks like a layer. */
export class ArchiveIndex implements TarHandler {
  readonly #onLayer: (member: ArchiveMember) => void;
  readonly #members = new Map<string, ArchiveMember>();
  /** From a link's name to its target's. */
  readonly #links = new Map<string, string>();
  #current: ArchiveMember | undefined;
  #head: Buffer = Buffer.alloc(0);
  #names = 0;

  constructor(onLayer: (member: ArchiveMember) => void) {
    this.#onLayer = onLayer;
  }

  entry(entry: TarEntry, offset: number): void {
    const path = pathComponents(entry.name);
    const name = path.join('/');
    if (this.#members.size + this.#links.size >= MEMBERS) throw new EngineError('TooLarge', `the archive has more than ${MEMBERS} members`);
    this.#names += entry.name.length + entry.linkName.length;
    if (this.#names > NAMES) throw new EngineError('TooLarge', `the names in the archive are longer than ${NAMES} characters together`);
    if (entry.type === 'symlink') this.#links.set(name, pathComponents([...path.slice(0, -1), entry.linkName].join('/')).join('/'));
    if (entry.type === 'hardlink') this.#links.set(name, pathComponents(entry.linkName).join('/'));
    if (entry.type !== 'file') return;
    const member = { name, offset, size: entry.size, ...(entry.isSparse ? { isSparse: entry.isSparse } : {}) };
    this.#members.set(name, member);
    this.#links.delete(name);
    this.#head = Buffer.alloc(0);
    this.#current = entry.isSparse ? undefined : member;
  }

  data(bytes: Buffer): void {
    if (this.#current === undefined) return;
    const wanted = Math.min(HEAD, this.#current.size) - this.#head.length;
    this.#head = this.#head.length === 0 && bytes.length >= wanted ? bytes.subarray(0, wanted) : Buffer.concat([this.#head, bytes.subarray(0, wanted)]);
    if (bytes.length < wanted) return;
    if (looksLikeTar(this.#head) || sniffCompression(this.#head) !== 'none') this.#onLayer(this.#current);
    this.#current = undefined;
  }

  end(): void {
    this.#current = undefined;
  }

  /** The member at `path`, by way of links; undefined where there is none. */
  find(path: string): ArchiveMember | undefined {
    let name = pathComponents(path).join('/');
    for (let step = 0; step < LINKS; step++) {
      const member = this.#members.get(name);
      if (member?.isSparse) throw new EngineError('Unsupported', `${JSON.stringify(name.slice(0, 200))} is a sparse file, which no image archive has`);
      if (member !== undefined) return member;
      const target = this.#links.get(name);
      if (target === undefined) return undefined;
      name = target;
    }
    throw new EngineError('InvalidArgument', `invalid archive: too many links at ${JSON.stringify(path.slice(0, 200))}`);
  }
}
