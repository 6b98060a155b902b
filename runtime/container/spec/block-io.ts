import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { ThrottleKind } from '../../sys/cgroups/resource-limits.ts';

/** Limits of single block devices, which are named by paths of the host until a start looks them up. */
export interface BlockIo {
  readonly weights: readonly { readonly path: string; readonly weight: number }[];
  readonly throttles: readonly { readonly kind: ThrottleKind; readonly path: string; readonly rate: number }[];
}

type ThrottleField = 'BlkioDeviceReadBps' | 'BlkioDeviceWriteBps' | 'BlkioDeviceReadIOps' | 'BlkioDeviceWriteIOps';

const KINDS: readonly (readonly [ThrottleField, ThrottleKind])[] = [
  ['BlkioDeviceReadBps', 'readBps'],
  ['BlkioDeviceWriteBps', 'writeBps'],
  ['BlkioDeviceReadIOps', 'readIops'],
  ['BlkioDeviceWriteIOps', 'writeIops'],
];

/** Throws InvalidArgument. */
export function checkBlkioWeight(field: string, weight: number): number {
  if (weight < 10 || weight > 1000) throw new EngineError('InvalidArgument', `${field}: Range of blkio weight is from 10 to 1000`);
  return weight;
}

/** Throws InvalidArgument naming the field. */
export function blockIoOf(host: HostConfig): BlockIo {
  return {
    weights: (host.BlkioWeightDevice ?? []).map(({ Path, Weight }) => ({
      path: checkPath('BlkioWeightDevice', Path),
      weight: checkBlkioWeight('BlkioWeightDevice', Weight),
    })),
    throttles: KINDS.flatMap(([field, kind]) =>
      (host[field] ?? []).map(({ Path, Rate }) => {
        if (Rate < 0) throw new EngineError('InvalidArgument', `${field}: invalid rate for device ${Path.slice(0, 256)}: ${Rate} is negative`);
        return { kind, path: checkPath(field, Path), rate: Rate };
      }),
    ),
  };
}

function checkPath(field: string, path: string): string {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new EngineError('InvalidArgument', `${field}: bad format for path: ${path.slice(0, 256).replaceAll('\0', '\\0')}`);
  return path;
}
