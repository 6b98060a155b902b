import type { Volume } from '../../volume/volume-service.ts';

/** Docker's volume object; sizes are in `docker system df` alone, as they take a walk over all files. */
export function volumeJson(volume: Volume): object {
  return {
    CreatedAt: new Date(Number(volume.createdAt / 1_000_000n)).toISOString().replace(/\.\d+Z$/, 'Z'),
    Driver: 'local',
    Labels: nullIfEmpty(volume.labels),
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Options: nullIfEmpty(volume.options),
    Scope: 'local',
  };
}

/** How Go writes a map that was never made. */
function nullIfEmpty(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(map).length === 0 ? null : map;
}
