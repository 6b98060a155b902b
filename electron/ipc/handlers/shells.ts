import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import { frames } from '../../engine/raw-stream.ts';
import type { Backend } from '../backend.ts';

/** Best first. */
const SHELLS = ['/bin/bash', '/usr/bin/bash', '/bin/zsh', '/usr/bin/zsh', '/usr/bin/fish', '/bin/ash', '/bin/sh', '/usr/bin/sh'] as const;

const createdSchema = z.looseObject({ Id: z.string() });
const MAX_OUTPUT = 4096;

export function shellRequests(engine: EngineClient): Pick<Backend['requests'], 'container.shells'> {
  return {
    async 'container.shells'({ id }) {
      return { shells: withoutTwins((await askShell(engine, id)) ?? (await askArchive(engine, id))) };
    },
  };
}

/** One exec asks the container's own `sh` for all candidates; null where there is none to ask. */
async function askShell(engine: EngineClient, id: string): Promise<readonly string[] | null> {
  const Cmd = ['/bin/sh', '-c', 'for s do [ -x "$s" ] && echo "$s"; done; :', 'sh', ...SHELLS];
  try {
    const created = createdSchema.parse(await engine.json('POST', enginePath('containers', id, 'exec'), { json: { AttachStdout: true, Cmd } }));
    const body = await engine.stream('POST', enginePath('exec', created.Id, 'start'), { json: { Detach: false, Tty: false } });
    let text = '';
    for await (const batch of frames(body)) {
      for (const { stream, data } of batch) if (stream === 1) text += data.toString();
      if (text.length > MAX_OUTPUT) break;
    }
    const said = new Set(text.split('\n'));
    const found = SHELLS.filter((shell) => said.has(shell));
    return found.length > 0 ? found : null;
  } catch {
    // No `sh`, or an exec that cannot be: the files themselves tell.
    return null;
  }
}

async function askArchive(engine: EngineClient, id: string): Promise<readonly string[]> {
  const path = enginePath('containers', id, 'archive');
  const found = await Promise.all(SHELLS.map((shell) => engine.exists(path, { path: shell }).catch(() => false)));
  return SHELLS.filter((_shell, index) => found[index]);
}

/** Where /bin is a link to /usr/bin each shell is seen twice. */
function withoutTwins(shells: readonly string[]): readonly string[] {
  return shells.filter((shell) => !shell.startsWith('/usr/bin/') || !shells.includes(shell.replace('/usr', '')));
}
