import { statSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import type { ResourceLimits } from '../../sys/cgroups/resource-limits.ts';
import type { BlockIo } from '../spec/block-io.ts';
import { deviceNumbers } from './device-numbers.ts';

const S_IFMT = 0o170000;
const S_IFBLK = 0o060000;

/** Looks block devices up by their paths. Throws InvalidArgument for what is none. */
export function blockDeviceLimits({ weights, throttles }: BlockIo): ResourceLimits {
  return {
    ...(weights.length > 0 ? { blkioDeviceWeights: weights.map(({ path, weight }) => ({ ...numbersOf(path), weight })) } : {}),
    ...(throttles.length > 0 ? { blkioThrottles: throttles.map(({ kind, path, rate }) => ({ kind, ...numbersOf(path), rate })) } : {}),
  };
}

function numbersOf(path: string): { readonly major: number; readonly minor: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new EngineError('InvalidArgument', `stat ${path}: no such file or directory`);
  if ((stat.mode & S_IFMT) !== S_IFBLK) throw new EngineError('InvalidArgument', `${path} is not a block device`);
  return deviceNumbers(stat.rdev);
}
