import { EngineError } from '../../base/errors.ts';
import type { LogEntry, LogOptions } from '../container-service.ts';
import { pathsOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { readLog } from '../logs/read-log.ts';
import { DirectoryWakeups } from '../logs/wakeups.ts';
import { logAttributesText } from '../spec/log-attributes.ts';

/** Follows until the container ends, the client goes or `until` is past. */
export async function* logsOf(engine: ContainerEngine, entity: Entity, options: LogOptions): AsyncGenerator<readonly LogEntry[]> {
  if (entity.container.hostConfig.LogConfig?.Type === 'none') throw new EngineError('Unsupported', 'configured logging driver does not support reading');
  const paths = pathsOf(engine.deps.directories, entity.id);
  const attributes = logAttributesText(entity.container);
  if (!options.follow || !entity.isLive) {
    yield* readLog(paths.log, options, null, attributes);
    return;
  }
  using wakeups = new DirectoryWakeups(paths.directory);
  const stop = (): void => wakeups.end();
  entity.logFollowers.add(stop);
  const timer = options.until === undefined ? null : setTimeout(stop, Math.max(0, Number(options.until / 1_000_000n) - Date.now()));
  try {
    yield* readLog(paths.log, options, wakeups, attributes);
  } finally {
    if (timer !== null) clearTimeout(timer);
    entity.logFollowers.delete(stop);
  }
}
