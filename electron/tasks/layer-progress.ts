import { z } from 'zod';
import type { TaskPart } from '../ipc/contract/tasks.ts';
import { ShellError } from '../ipc/failure.ts';
import type { TaskReport } from './task.ts';

const lineSchema = z.looseObject({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  /** What the pull is going to bring. */
  aux: z
    .looseObject({ Layers: z.array(z.looseObject({ ID: z.string(), Size: z.number(), Exists: z.boolean(), Kept: z.number().optional() })).optional() })
    .nullish(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).nullish(),
});

/** Nothing of it crosses the network. */
const HERE = 'Already exists';
const COMPLETE: ReadonlySet<string> = new Set(['Download complete', 'Pull complete', 'Pushed', 'Layer already exists']);

/** Puts together how far a pull or push is from what the engine says of its layers. */
export class LayerProgress {
  readonly #parts = new Map<string, TaskPart>();

  /** What there is to report after one line of the answer; null: nothing. @throws ShellError with the engine's words when the line is its failure. */
  take(value: unknown): TaskReport | null {
    const line = lineSchema.parse(value);
    if (line.error !== undefined) throw new ShellError(line.error, 500);
    if (line.aux?.Layers) {
      for (const { ID, Size, Exists, Kept = 0 } of line.aux.Layers) {
        this.#parts.set(ID, { id: ID, phase: Exists ? HERE : 'Waiting', current: Exists ? 0 : Math.min(Kept, Size), total: Size });
      }
      return this.#report('');
    }
    if (line.id === undefined || line.status === undefined) return line.status === undefined ? null : { phase: line.status };
    const total = line.progressDetail?.total ?? 0;
    const before = this.#parts.get(line.id);
    // The line that names the tag is no layer.
    if (!before && total === 0 && line.status.startsWith('Pulling from')) return { phase: line.status };
    this.#parts.set(line.id, {
      id: line.id,
      phase: line.status,
      current: total > 0 ? (line.progressDetail?.current ?? 0) : COMPLETE.has(line.status) ? (before?.total ?? 0) : (before?.current ?? 0),
      total: total > 0 ? total : (before?.total ?? 0),
    });
    return this.#report(line.status);
  }

  #report(phase: string): TaskReport {
    const parts = [...this.#parts.values()];
    const coming = parts.filter((part) => part.phase !== HERE);
    const sum = (of: (part: TaskPart) => number): number => coming.reduce((all, part) => all + of(part), 0);
    // Of the whole, what has crossed the network counts: a layer that is being unpacked is all here.
    const here = ({ phase: of, current, total: size }: TaskPart): number => (of === 'Extracting' ? size : current);
    return { phase, parts, current: sum(here), total: sum((part) => part.total) };
  }
}
