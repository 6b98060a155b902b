import type { Digest } from '../../base/digest.ts';
import type { SourceRange } from '../../formats/dockerfile/ast.ts';
import { LAYOUT_SCHEME } from '../../formats/oci/layout.ts';
import { formatPlatform, type Platform } from '../../formats/platform.ts';
import { familiarString, formatReference, parseReference, withDefaultTag } from '../../formats/reference.ts';
import type { Vertex } from '../graph.ts';
import type { BaseResolver, ResolvedBase } from './plan.ts';

const IMAGE = 'docker-image://';

/** The vertices of a graph as they come, and those that stages share: images and files from outside. */
export class Sources {
  readonly vertices: Vertex[] = [];
  readonly #resolver: BaseResolver;
  readonly #named: Readonly<Record<string, string>>;
  readonly #bases = new Map<string, Promise<ResolvedBase>>();
  readonly #images = new Map<string, number>();
  readonly #contexts = new Map<string, number>();

  constructor(resolver: BaseResolver, named: Readonly<Record<string, string>>) {
    this.#resolver = resolver;
    this.#named = named;
  }

  add(vertex: Omit<Vertex, 'range'> & { readonly range?: SourceRange }): number {
    return this.vertices.push(vertex) - 1;
  }

  /** Begins to look for an image. */
  prefetch(name: string, platform: Platform): void {
    const image = this.#imageOf(name);
    if (image !== undefined) this.#resolve(image, platform).catch(() => undefined);
  }

  /** What FROM stands on; files that are no image become the root of one. */
  async root(name: string, platform: Platform, range: SourceRange): Promise<{ readonly vertex: number; readonly image?: ResolvedBase }> {
    const reference = this.#imageOf(name);
    if (reference !== undefined) {
      const image = await this.#resolve(reference, platform);
      return { vertex: this.#imageVertex(reference, platform, image), image };
    }
    const input = this.context(this.#nameIn(name) ?? name);
    const all = { input, path: '.', unpack: false, allowEmpty: true };
    const vertex = this.add({
      operation: { kind: 'file', base: null, actions: [{ kind: 'copy', sources: [all], destination: '/', parents: false, exclude: [] }] },
      name: `[context ${name}] load files`,
      stage: '',
      range,
      platform: formatPlatform(platform),
      ignoreCache: false,
    });
    return { vertex };
  }

  /** An image or a named context to take files from. */
  async files(name: string, platform: Platform): Promise<number> {
    const reference = this.#imageOf(name);
    if (reference === undefined) return this.context(this.#nameIn(name) ?? name);
    return this.#imageVertex(reference, platform, await this.#resolve(reference, platform));
  }

  /** Files of the client, `context` for those that every build has. */
  context(name: string): number {
    const known = this.#contexts.get(name);
    if (known !== undefined) return known;
    const shown = name === 'context' ? '[internal] load build context' : `[context ${name}] load from client`;
    const vertex = this.add({ operation: { kind: 'context', name }, name: shown, stage: '', platform: '', ignoreCache: false });
    this.#contexts.set(name, vertex);
    return vertex;
  }

  /** Names an image after the first stage that stands on it. */
  nameImage(vertex: number | null, name: (reference: string) => string, stage: string): void {
    const known = vertex === null ? undefined : this.vertices[vertex];
    if (vertex === null || known === undefined || known.operation.kind !== 'image' || known.stage !== '' || known.name.startsWith('[')) return;
    this.vertices[vertex] = { ...known, name: name(known.operation.reference), stage };
  }

  /** Undefined for a vertex that is no image. */
  imageAt(vertex: number | null): Digest | undefined {
    const operation = vertex === null ? undefined : this.vertices[vertex]?.operation;
    return operation?.kind === 'image' ? operation.id : undefined;
  }

  /** Whether the client says what a name means. */
  isNamed(name: string): boolean {
    return this.#nameIn(name) !== undefined;
  }

  /** The reference that a name leads to; undefined for a context of files. */
  #imageOf(name: string): string | undefined {
    const key = this.#nameIn(name);
    const context = key === undefined ? undefined : this.#named[key];
    if (context === undefined) return name;
    if (context.startsWith(IMAGE)) return context.slice(IMAGE.length);
    return context.startsWith(LAYOUT_SCHEME) ? context : undefined;
  }

  /** What the client calls it: as it stands in the Dockerfile, or as images are called in short. */
  #nameIn(name: string): string | undefined {
    return [name, shortName(name), shortName(name).replace(/:latest$/, '')].find((one) => Object.hasOwn(this.#named, one));
  }

  #resolve(reference: string, platform: Platform): Promise<ResolvedBase> {
    const key = `${formatPlatform(platform)} ${reference}`;
    const known = this.#bases.get(key);
    if (known !== undefined) return known;
    const resolving = this.#resolver.resolve(reference, platform);
    this.#bases.set(key, resolving);
    return resolving;
  }

  #imageVertex(name: string, platform: Platform, { id, layers }: ResolvedBase): number {
    const known = this.#images.get(id);
    if (known !== undefined) return known;
    const reference = fullName(name);
    const vertex = this.add({
      operation: { kind: 'image', reference, id, layers },
      name: `FROM ${reference}`,
      stage: '',
      platform: formatPlatform(platform),
      ignoreCache: false,
    });
    this.#images.set(id, vertex);
    return vertex;
  }
}

/** An image's id is no reference, nor is a layout; they stay as they are. */
function fullName(name: string): string {
  return name.startsWith(LAYOUT_SCHEME) || /^(?:sha256:)?[0-9a-f]{64}$/.test(name) ? name : formatReference(withDefaultTag(parseReference(name)));
}

function shortName(name: string): string {
  try {
    return familiarString(withDefaultTag(parseReference(name)));
  } catch {
    return name;
  }
}
