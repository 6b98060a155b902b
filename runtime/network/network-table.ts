import { digestOf, hexOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { Network } from './network-service.ts';

/** Those that every engine has, with their drivers. */
export const BUILTIN: Readonly<Record<string, string>> = { bridge: 'bridge', host: 'host', none: 'null' };

/** The same on every start. */
export function builtinId(name: string): string {
  return hexOf(digestOf(`slipway network ${name}`));
}

/** Networks by id and name. */
export class NetworkTable<T extends { readonly network: Network }> {
  readonly #byId = new Map<string, T>();
  readonly #byName = new Map<string, T>();

  add(entry: T): void {
    this.#byId.set(entry.network.id, entry);
    this.#byName.set(entry.network.name, entry);
  }

  remove({ network }: T): void {
    this.#byId.delete(network.id);
    this.#byName.delete(network.name);
  }

  values(): IterableIterator<T> {
    return this.#byId.values();
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** By full id, name (`default` is the bridge), unique prefix of an id. Throws NotFound; InvalidArgument for a prefix of several. */
  find(ref: string): T {
    const exact = this.#byId.get(ref) ?? this.#byName.get(ref === 'default' ? 'bridge' : ref);
    if (exact !== undefined) return exact;
    const found = /^[0-9a-f]{1,63}$/.test(ref) ? [...this.#byId].filter(([id]) => id.startsWith(ref)) : [];
    if (found.length > 1) throw new EngineError('InvalidArgument', `network ${ref} is ambiguous (${found.length} matches found on ID prefix)`);
    const [, entry] = found[0] ?? [];
    if (entry === undefined) throw new EngineError('NotFound', `network ${ref.slice(0, 256)} not found`);
    return entry;
  }
}
