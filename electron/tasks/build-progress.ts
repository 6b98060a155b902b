import { z } from 'zod';
import type { TaskPart } from '../ipc/contract/tasks.ts';
import { CANCELED, ShellError } from '../ipc/failure.ts';
import type { TaskReport } from './task.ts';

const lineSchema = z.looseObject({
  stream: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.looseObject({ kind: z.string().optional() }).optional(),
  aux: z.looseObject({ ID: z.string().optional() }).optional(),
});

/** How far a build is, from the engine's answer in the classic builder's words. */
export class BuildProgress {
  #parts: TaskPart[] = [];
  #total = 0;
  /** The image's id; empty until it is there. */
  image = '';

  /** What there is to report after one line; null: nothing. @throws ShellError with the engine's words when the line is its failure. */
  take(value: unknown): TaskReport | null {
    const line = lineSchema.parse(value);
    if (line.error !== undefined) throw new ShellError(line.error, line.errorDetail?.kind === 'Canceled' ? CANCELED : 500);
    if (line.aux?.ID !== undefined) this.image = line.aux.ID;
    const step = /^Step (\d+)\/(\d+) : ([^\n]*)/.exec(line.stream ?? '');
    if (step) {
      this.#end('Done');
      this.#total = Number(step[2]);
      this.#parts.push({ id: `${step[1]} ${step[3]}`, phase: 'Building', current: 0, total: 1 });
    } else if (/^ ---> Using cache/.test(line.stream ?? '')) this.#end('Cached');
    else if (this.image !== '' && line.aux) this.#end('Done');
    else return null;
    return { phase: 'Building', parts: [...this.#parts], current: this.#parts.filter(({ current }) => current === 1).length, total: this.#total };
  }

  #end(phase: string): void {
    const last = this.#parts.at(-1);
    if (last?.current === 0) this.#parts[this.#parts.length - 1] = { ...last, phase, current: 1 };
  }
}
