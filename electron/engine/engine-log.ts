import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineLocation } from './location.ts';

/** Bytes of a log that people are shown. */
const TAIL = 128 * 1024;

/** Where an engine that this app starts prints to. A user may not write where the engine of the system keeps its things. */
export function engineLogFolder({ run }: Pick<EngineLocation, 'run'>): string {
  return process.getuid?.() === 0 ? run : join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'slipway');
}

export const engineLogPath = (location: Pick<EngineLocation, 'run'>): string => join(engineLogFolder(location), 'engine.log');

/** Whole lines from its end; one that is not there or may not be read counts as empty. */
export async function readLogTail(path: string): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return { text: '', isCut: false };
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const bytes = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const text = bytes.subarray(0, bytesRead).toString('utf8');
    return { text: start === 0 ? text : text.slice(text.indexOf('\n') + 1), isCut: start > 0 };
  } finally {
    await file.close();
  }
}
