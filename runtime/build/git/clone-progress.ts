import type { TransferProgress } from '../../image/image-service.ts';

/** `remote: Counting objects:  50% (1/2)`: the last word of a phase is what it counts. */
const PROGRESS = /^(?:remote: )?((?:\w+ )+(\w+)): +\d+% \((\d+)\/(\d+)\)/;
/** Of a line without an end; longer than any that tells of progress. */
const LIMIT = 1000;

/** Makes of git's messages, which come in any pieces, how far the clone of `what` is. */
export function cloneProgress(what: string, tell: (progress: TransferProgress) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    // What git writes over ends with a return.
    const lines = `${rest}${text}`.split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(0, LIMIT);
    for (const line of lines) {
      const [, status, units, current, total] = PROGRESS.exec(line) ?? [];
      if (status === undefined || units === undefined) continue;
      tell({ id: `Cloning ${what}`, status, current: Number(current), total: Number(total), units });
    }
  };
}
