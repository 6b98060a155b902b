import type { LogPart } from './log-files.ts';
import { endsLine, type LineForm } from './parse-line.ts';

const NEWLINE = 0x0a;
const BLOCK = 256 * 1024;

export interface TailStart {
  /** Index in the parts given, oldest first. */
  readonly part: number;
  readonly offset: number;
}

/** Where the newest `lines` lines begin. Reads blocks from the end backwards, no more than needed. */
export async function findTail(parts: readonly LogPart[], lines: number, form: LineForm): Promise<TailStart> {
  const counter = { wanted: lines, seen: 0 };
  for (let part = parts.length - 1; part >= 0; part--) {
    const offset = await searchBackwards(parts[part] as LogPart, counter, form);
    if (offset !== null) return { part, offset };
  }
  return { part: 0, offset: 0 };
}

/** The offset right after the line before the wanted ones, or null when the file has too few. */
async function searchBackwards({ handle }: LogPart, counter: { readonly wanted: number; seen: number }, form: LineForm): Promise<number | null> {
  let end = (await handle.stat()).size;
  if (counter.wanted === 0) return end;
  const block = Buffer.allocUnsafe(BLOCK);
  let isLast = counter.seen === 0;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    let lineEnd = block.lastIndexOf(NEWLINE, bytesRead - 1);
    if (bytesRead < end - start || lineEnd < 0) return null;
    let nextEnd = start;
    while (lineEnd >= 0) {
      const before = lineEnd === 0 ? -1 : block.lastIndexOf(NEWLINE, lineEnd - 1);
      if (before < 0 && start > 0) {
        nextEnd = start + lineEnd + 1;
        break;
      }
      // The newest entry counts though its line may not have ended.
      if (isLast || endsLine(form, block, before + 1, lineEnd)) {
        if (counter.seen === counter.wanted) return start + lineEnd + 1;
        counter.seen++;
      }
      isLast = false;
      lineEnd = before;
    }
    if (nextEnd === end) return null;
    end = nextEnd;
  }
  return null;
}
