import type { Digest } from '../base/digest.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildGraph, Vertex } from './graph.ts';

/** What became of the vertices of one build, seen by its events. */
export class VertexOutcomes {
  readonly #graph: BuildGraph;
  readonly #layers = new Map<number, readonly Digest[]>();
  /** The first that failed on its own. */
  failed: Vertex | undefined;
  /** No step had to be carried out. */
  allCached = true;
  /** Hands each event on. */
  readonly onEvent: (event: BuildEvent) => void | Promise<void>;

  constructor(graph: BuildGraph, onEvent: (event: BuildEvent) => void | Promise<void>) {
    this.#graph = graph;
    this.onEvent = (event) => {
      this.#look(event);
      return onEvent(event);
    };
  }

  layersOf(vertex: number): readonly Digest[] {
    return this.#layers.get(vertex) ?? [];
  }

  #look(event: BuildEvent): void {
    if (event.type !== 'completed') return;
    const vertex = this.#graph.vertices[event.vertex];
    this.#layers.set(event.vertex, event.layers);
    if (event.error !== undefined) this.failed ??= vertex;
    const kind = vertex?.operation.kind;
    if (!event.cached && (kind === 'run' || kind === 'file' || kind === 'merge')) this.allCached = false;
  }
}
