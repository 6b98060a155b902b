import type { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { VolumeRecords } from '../store/records/volumes.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { CopyUps } from '../volume/copy-up/copy-ups.ts';
import { LocalVolumes } from '../volume/local-volumes.ts';
import type { VolumeUsers } from '../volume/volume-service.ts';

/** Volumes below `directory`; their records are in `database`, or in memory. */
export function testVolumes(options: {
  readonly directory: string;
  readonly events: EventBus;
  readonly users?: VolumeUsers;
  readonly database?: Database;
  readonly copyUps?: Pick<CopyUps, 'run'> & AsyncDisposable;
}): LocalVolumes {
  const { directory, events, users = { usersOf: () => [] }, database = new Database(':memory:', MIGRATIONS) } = options;
  const syscalls = createLinuxSyscalls();
  return new LocalVolumes({
    directory: `${directory}/volumes`,
    records: new VolumeRecords(database),
    users,
    copyUps: options.copyUps ?? new CopyUps(syscalls),
    syscalls,
    events,
    logger: silentLogger,
    now: () => BigInt(Date.now()) * 1_000_000n,
  });
}
