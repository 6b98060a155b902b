import { bytesOfText } from '../../base/byte-text.ts';
import type { TarEntry } from '../../formats/tar/entry.ts';
import { pathComponents } from '../../formats/tar/path.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';
import type { LayerWriter } from './apply.ts';
import type { RecipeWriter } from './recipe.ts';

/** Not yet in the form of pathComponents: empty components, `.` or `..`. */
const UNUSUAL = /(?:^|\/)\.{0,2}(?:\/|$)/;
/** A component that means something else than a file of its name (image-spec layer.md). */
const WHITEOUT = /(?:^|\/)\.wh\./;

/** Unpacks a layer and writes down how its archive was made. */
export class RecordingWriter implements TarHandler {
  readonly #writer: LayerWriter;
  readonly #recipe: RecipeWriter;
  /** Content of the present entry that is in no file: that of whiteouts. */
  #isInline = false;
  /** The present file, where parts of it are left out: of the part that comes, where it begins and its bytes so far. */
  #sparse: { readonly path: Uint8Array; begin: number; size: number } | undefined;

  constructor(writer: LayerWriter, recipe: RecipeWriter) {
    this.#writer = writer;
    this.#recipe = recipe;
  }

  raw(bytes: Buffer): void {
    this.#recipe.raw(bytes);
  }

  entry(entry: TarEntry): void {
    this.#writer.entry(entry);
    if (entry.size === 0) return;
    const { name, size } = entry;
    // Most names are as they should be, and there are many.
    const path = UNUSUAL.test(name) ? pathComponents(name).join('/') : name;
    this.#isInline = WHITEOUT.test(path);
    if (this.#isInline) return;
    if (entry.isSparse) this.#sparse = { path: bytesOfText(path), begin: 0, size: 0 };
    else this.#recipe.file(bytesOfText(path), size);
  }

  data(bytes: Buffer): void {
    if (this.#isInline) this.#recipe.raw(bytes);
    if (this.#sparse !== undefined) this.#sparse.size += bytes.length;
    this.#writer.data(bytes);
  }

  hole(size: number): void {
    this.#endPart(size);
    this.#writer.hole(size);
  }

  end(): void {
    this.#endPart(0);
    this.#sparse = undefined;
    this.#isInline = false;
    this.#writer.end();
  }
  #endPart(hole: number): void {
    const part = this.#sparse;
    if (part === undefined) return;
    if (part.size > 0) this.#recipe.part(part.path, part.begin, part.size);
    part.begin += part.size + hole;
    part.size = 0;
  }
}
