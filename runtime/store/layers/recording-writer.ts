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
    if (!this.#isInline) this.#recipe.file(bytesOfText(path), size);
  }

  data(bytes: Buffer): void {
    if (this.#isInline) this.#recipe.raw(bytes);
    this.#writer.data(bytes);
  }

  end(): void {
    this.#isInline = false;
    this.#writer.end();
  }
}
