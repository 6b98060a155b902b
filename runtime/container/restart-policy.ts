import { EngineError } from '../base/errors.ts';
import type { HostConfig } from '../formats/docker/container-config.ts';

/** Back-off as data: the first pause, doubled at each quick failure, up to the longest; a run that lasted resets it. */
export const RESTART_BACK_OFF = { firstMs: 100, longestMs: 60_000, lastedMs: 10_000 };

const NAMES: ReadonlySet<string> = new Set(['', 'no', 'always', 'unless-stopped', 'on-failure']);

/** Throws InvalidArgument in Docker's words. */
export function checkRestartPolicy(host: HostConfig): void {
  const name = host.RestartPolicy?.Name ?? '';
  const retries = host.RestartPolicy?.MaximumRetryCount ?? 0;
  if (!NAMES.has(name))
    throw new EngineError(
      'InvalidArgument',
      `invalid restart policy: unknown policy '${name.slice(0, 100)}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (retries !== 0 && name !== 'on-failure') {
    const also = retries < 0 ? ' and cannot be negative' : '';
    throw new EngineError('InvalidArgument', `invalid restart policy: maximum retry count can only be used with 'on-failure'${also}`);
  }
  if (retries < 0) throw new EngineError('InvalidArgument', 'invalid restart policy: maximum retry count cannot be negative');
  if (host.AutoRemove && name !== '' && name !== 'no') throw new EngineError('InvalidArgument', "can't create 'AutoRemove' container with restart policy");
}

/** Whether a container that has just ended comes back by itself. */
export function shouldRestart(
  policy: HostConfig['RestartPolicy'],
  ended: { readonly exitCode: number; readonly restartCount: number; readonly isStopRequested: boolean },
): boolean {
  if (ended.isStopRequested) return false;
  switch (policy?.Name) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure': {
      const limit = policy.MaximumRetryCount ?? 0;
      return ended.exitCode !== 0 && (limit === 0 || ended.restartCount < limit);
    }
    default:
      return false;
  }
}

/** Milliseconds to wait when `quickExits` runs in a row, before the one that has just ended, did not last. */
export function restartDelay(quickExits: number, backOff = RESTART_BACK_OFF): number {
  return Math.min(backOff.firstMs * 2 ** Math.min(quickExits, 30), backOff.longestMs);
}
