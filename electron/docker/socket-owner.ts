import { lstat, realpath } from 'node:fs/promises';
import { z } from 'zod';
import { EngineClient } from '../engine/http-client.ts';
import type { SocketOwner } from '../ipc/contract/docker.ts';
import { ShellError } from '../ipc/failure.ts';

/** Where programs look that know of no contexts. */
const SOCKET = '/var/run/docker.sock';
const WITHIN = 3000;
const versionSchema = z.looseObject({ Version: z.string().max(100), Platform: z.looseObject({ Name: z.string().max(100) }).nullish() });

/** Who answers at Docker's own socket; `ours` is the path of this engine's. */
export async function socketOwner(ours: string, path = SOCKET): Promise<SocketOwner> {
  const found = await lstat(path).catch(() => null);
  if (!found) return { path, state: 'none', target: '', name: '', version: '' };
  const target = await realpath(path).catch(() => '');
  const base = { path, target: found.isSymbolicLink() ? target : '', name: '', version: '' };
  if (target !== '' && target === (await realpath(ours).catch(() => ours))) return { ...base, state: 'ours' };
  try {
    const answer = versionSchema.parse(await new EngineClient(path).json('GET', '/version', { signal: AbortSignal.timeout(WITHIN) }));
    return { ...base, state: 'other', name: answer.Platform?.Name || 'Docker Engine', version: answer.Version };
  } catch (error) {
    const code = error instanceof ShellError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
    return { ...base, state: code === 'EACCES' ? 'forbidden' : 'dead' };
  }
}
