import type { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { VolumeRecords } from '../store/records/volumes.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { LocalVolumes } from '../volume/local-volumes.ts';
import { VolumeThreads } from '../volume/volume-threads.ts';

/** Volumes below `directory`, whose users are to be attached; their records are in `database`, or in memory. */
export function testVolumes(options: {
  readonly directory: string;
  readonly events: EventBus;
  readonly database?: Database;
  readonly threads?: Pick<VolumeThreads, 'copyUp' | 'measure' | 'mount' | 'unmount'> & AsyncDisposable;
}): LocalVolumes {
  const { directory, events, database = new Database(':memory:', MIGRATIONS) } = options;
  return new LocalVolumes({
    directory: `${directory}/volumes`,
    records: new VolumeRecords(database),
    threads: options.threads ?? new VolumeThreads(createLinuxSyscalls()),
    events,
    logger: silentLogger,
    now: () => BigInt(Date.now()) * 1_000_000n,
  });
}
