import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import { usersOf } from '../../terminals/passwd.ts';
import type { Backend } from '../backend.ts';

/** Best first. */
const SHELLS = [
  '/bin/bash',
  '/usr/bin/bash',
  '/usr/local/bin/bash',
  '/bin/zsh',
  '/usr/bin/zsh',
  '/usr/bin/fish',
  '/usr/local/bin/fish',
  '/bin/ash',
  '/bin/ksh',
  '/bin/dash',
  '/bin/sh',
  '/usr/bin/sh',
  '/busybox/sh',
] as const;

const inspectSchema = z.looseObject({
  Config: z.looseObject({ Tty: z.boolean().nullish(), OpenStdin: z.boolean().nullish(), User: z.string().nullish(), WorkingDir: z.string().nullish() }),
});

/** Longest archive of /etc/passwd that is read, in bytes. */
const MAX_PASSWD = 1024 * 1024;

/** What a terminal can be opened with. Only files are looked at, so that an image needs no tool for it. */
export function shellRequests(engine: EngineClient): Pick<Backend['requests'], 'container.shells'> {
  return {
    async 'container.shells'({ id }) {
      const archive = enginePath('containers', id, 'archive');
      const [inspected, users, found] = await Promise.all([
        engine.json('GET', enginePath('containers', id, 'json')),
        readUsers(engine, archive),
        shellsIn(engine, archive),
      ]);
      const { Tty, OpenStdin, User, WorkingDir } = inspectSchema.parse(inspected).Config;
      return {
        shells: withoutTwins(found),
        users,
        user: User ?? '',
        workingDir: WorkingDir ?? '',
        tty: Tty === true && OpenStdin === true,
      };
    },
  };
}

/** One after another: each takes less time than the thread that the engine would start to look at several. */
async function shellsIn(engine: EngineClient, archive: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const shell of SHELLS) if (await engine.exists(archive, { path: shell }).catch(() => false)) found.push(shell);
  return found;
}

/** None where there is no such file, or one too long to be one. */
async function readUsers(engine: EngineClient, archive: string): Promise<readonly string[]> {
  try {
    const body = await engine.stream('GET', archive, { query: { path: '/etc/passwd' } });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_PASSWD) return [];
      chunks.push(chunk);
    }
    return usersOf(Buffer.concat(chunks));
  } catch {
    return [];
  }
}

/** Where /bin is a link to /usr/bin each shell is seen twice. */
function withoutTwins(shells: readonly string[]): readonly string[] {
  return shells.filter((shell) => !shell.startsWith('/usr/bin/') || !shells.includes(shell.replace('/usr', '')));
}
