import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import type { ExitRecord } from './launcher.ts';

const ExitFile = z.object({
  code: z.int().min(0).max(255),
  signal: z.int().min(0).max(64),
  oom: z.boolean(),
  time: z.string().regex(/^\d{1,20}$/),
});

/** Reads u32 code, signal, oom, u64 nanoseconds. Throws RangeError when the payload is too short. */
export function decodeExit(payload: Buffer, at = 0): ExitRecord {
  return {
    code: payload.readUInt32LE(at),
    signal: payload.readUInt32LE(at + 4),
    oomKilled: payload.readUInt32LE(at + 8) !== 0,
    timeNano: payload.readBigUInt64LE(at + 12),
  };
}

/** The record a monitor has left. Undefined when there is none; Internal when it is damaged. */
export async function readExitFile(runDirectory: string): Promise<ExitRecord | undefined> {
  let text: string;
  try {
    text = await readFile(join(runDirectory, 'exit.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { code, signal, oom, time } = ExitFile.parse(JSON.parse(text));
    return { code, signal, oomKilled: oom, timeNano: BigInt(time) };
  } catch (cause) {
    throw new EngineError('Internal', `damaged exit record in ${runDirectory}`, { cause });
  }
}
