import { parseSignal } from '../container/signals.ts';
import { type CreateOptions, create } from './create.ts';
import { remove } from './end.ts';
import { start } from './start.ts';

const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Creates and starts; unless detached, hands signals on, waits for the end, removes the container and answers its exit code. */
export async function run(id: string, options: CreateOptions & { readonly detach?: boolean; readonly keep?: boolean }): Promise<number> {
  await create(id, options);
  try {
    await using monitor = await start(options.root, id);
    if (options.detach) return 0;
    for (const name of FORWARDED) process.on(name, () => void monitor.signal(parseSignal(name)).catch(() => undefined));
    const { code } = await monitor.exited;
    if (!options.keep) await remove(options.root, id, { force: true });
    return code;
  } catch (error) {
    await remove(options.root, id, { force: true });
    throw error;
  }
}
