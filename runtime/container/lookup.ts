import { EngineError } from '../base/errors.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Containers by id and by name, with Docker's rules for references: full id, then name, then unique prefix of an id. */
export class ContainerTable<T extends Named> {
  readonly #byId = new Map<string, T>();
  readonly #byName = new Map<string, T>();

  add(entry: T): void {
    this.#byId.set(entry.id, entry);
    this.#byName.set(entry.name, entry);
  }

  remove(entry: T): void {
    this.#byId.delete(entry.id);
    if (this.#byName.get(entry.name) === entry) this.#byName.delete(entry.name);
  }

  /** Files `entry`, whose name has changed, under its new one. */
  renamed(entry: T, oldName: string): void {
    if (this.#byName.get(oldName) === entry) this.#byName.delete(oldName);
    this.#byName.set(entry.name, entry);
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  values(): IterableIterator<T> {
    return this.#byId.values();
  }

  /** Throws NotFound `No such container: <ref>`; InvalidArgument when a prefix fits several. */
  find(ref: string): T {
    const exact = this.#byId.get(ref) ?? this.#byName.get(ref.replace(/^\//, ''));
    if (exact !== undefined) return exact;
    let found: T | undefined;
    if (/^[0-9a-f]{1,63}$/.test(ref)) {
      for (const [id, entry] of this.#byId) {
        if (!id.startsWith(ref)) continue;
        if (found !== undefined) throw new EngineError('InvalidArgument', `multiple IDs found with provided prefix: ${ref}`);
        found = entry;
      }
    }
    if (found === undefined) throw new EngineError('NotFound', `No such container: ${ref.slice(0, 256)}`);
    return found;
  }
}
