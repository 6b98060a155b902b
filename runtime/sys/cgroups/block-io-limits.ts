import type { ResourceLimits, SetLimit, ThrottleKind } from './resource-limits.ts';

const THROTTLES: Readonly<Record<ThrottleKind, { readonly v1: string; readonly v2: string; readonly discarded: string }>> = {
  readBps: {
    v1: 'blkio.throttle.read_bps_device',
    v2: 'rbps',
    discarded: 'BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.',
  },
  writeBps: {
    v1: 'blkio.throttle.write_bps_device',
    v2: 'wbps',
    discarded: 'BPS Block I/O write limit or the cgroup is not mounted. Block I/O BPS write limit discarded.',
  },
  readIops: {
    v1: 'blkio.throttle.read_iops_device',
    v2: 'riops',
    discarded: 'IOPS Block read limit or the cgroup is not mounted. Block I/O IOPS read limit discarded.',
  },
  writeIops: {
    v1: 'blkio.throttle.write_iops_device',
    v2: 'wiops',
    discarded: 'IOPS Block write limit or the cgroup is not mounted. Block I/O IOPS write limit discarded.',
  },
};

/** Weights go to the scheduler that has them, throttles to every one. */
export function planBlockIo({ blkioWeight, blkioDeviceWeights = [], blkioThrottles = [] }: ResourceLimits, set: SetLimit): void {
  if (blkioWeight !== undefined) {
    const weight = `${blkioWeight}`;
    set(
      'io',
      'Block I/O weight or the cgroup is not mounted. Weight discarded.',
      [1, 'blkio.bfq.weight', weight],
      [1, 'blkio.weight', weight],
      [2, 'io.bfq.weight', weight],
      [2, 'io.weight', `${linear(blkioWeight)}`],
    );
  }
  if (blkioDeviceWeights.length > 0) {
    const lines = blkioDeviceWeights.map(({ major, minor, weight }) => `${major}:${minor} ${weight}`);
    set(
      'io',
      'Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.',
      [1, 'blkio.bfq.weight_device', ...lines],
      [1, 'blkio.weight_device', ...lines],
      [2, 'io.bfq.weight', ...lines],
      [2, 'io.weight', ...blkioDeviceWeights.map(({ major, minor, weight }) => `${major}:${minor} ${linear(weight)}`)],
    );
  }
  for (const [kind, { v1, v2, discarded }] of Object.entries(THROTTLES)) {
    const own = blkioThrottles.filter((throttle) => throttle.kind === kind);
    if (own.length === 0) continue;
    set(
      'io',
      discarded,
      [1, v1, ...own.map(({ major, minor, rate }) => `${major}:${minor} ${rate}`)],
      [2, 'io.max', ...own.map(({ major, minor, rate }) => `${major}:${minor} ${v2}=${rate === 0 ? 'max' : rate}`)],
    );
  }
}

/** v1's weights of 10 to 1000 on v2's scale of 1 to 10000. */
function linear(weight: number): number {
  return Math.floor(1 + ((weight - 10) * 9999) / 990);
}
