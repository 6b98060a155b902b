import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { launchError } from './failure.ts';
import { u32s } from './frame-channel.ts';
import type { Op } from './ops.ts';
import { OP_CODES } from './plan-encoder.ts';

const { ENOENT, EACCES, ENOEXEC, ELOOP, ESRCH } = constants.errno;
const NO_OPERATION = 0xffffffff;
const SETUP: readonly Op[] = [{ op: 'slave-root' }, { op: 'bind', source: '/gone', target: '/data', recursive: true, readonly: false, propagation: 0 }];

function failure(phase: number, index: number, code: number, errno: number, detail: string): Buffer {
  return Buffer.concat([u32s(phase, index, code, errno), Buffer.from(detail)]);
}

function exec(...argv: string[]): readonly Op[] {
  return [{ op: 'exec', candidates: ['/bin/x'], argv, env: [] }];
}

describe('launch errors', () => {
  it('say 127 for a program that is nowhere, in the words of the OCI runtime', () => {
    const error = launchError('start', failure(1, 0, OP_CODES.exec, ENOENT, '/bin/nope'), [SETUP, exec('nope')]);
    expect(error).toMatchObject({ kind: 'InvalidArgument', details: { step: 'exec', path: '/bin/nope', errno: 'ENOENT', exitCode: 127 } });
    expect(error.message).toBe('failed to create task for container: exec: "nope": executable file not found in $PATH: unknown');
    expect(launchError('exec', failure(0, 0, OP_CODES.exec, ENOENT, '/no/pe'), [exec('/no/pe')]).message).toBe(
      'OCI runtime exec failed: exec: "/no/pe": stat /no/pe: no such file or directory: unknown',
    );
  });

  it('say 126 for one that cannot be run', () => {
    expect(launchError('start', failure(1, 0, OP_CODES.exec, EACCES, '/bin/plain'), [SETUP, exec('/bin/plain')])).toMatchObject({
      message: 'failed to create task for container: exec: "/bin/plain": permission denied: unknown',
      details: { exitCode: 126 },
    });
    expect(launchError('start', failure(1, 0, OP_CODES.exec, ENOEXEC, '/bin/foreign'), [SETUP, exec('/bin/foreign')])).toMatchObject({
      message: 'failed to create task for container: exec /bin/foreign: exec format error: unknown',
      details: { exitCode: 126 },
    });
  });

  it('name the working directory that is missing', () => {
    const error = launchError('start', failure(1, 0, OP_CODES.cwd, ENOENT, '/srv'), [SETUP, [{ op: 'cwd', path: '/srv' }]]);
    expect(error.message).toContain('chdir to cwd ("/srv") set in config failed: no such file or directory');
    expect(error.details).toMatchObject({ exitCode: 127 });
  });

  it('name operation, path and cause of anything else', () => {
    const error = launchError('start', failure(0, 1, OP_CODES.bind, ELOOP, '/data'), [SETUP]);
    expect(error).toMatchObject({ kind: 'Internal', details: { step: 'bind', path: '/data', errno: 'ELOOP', exitCode: 128 } });
    expect(error.message).toContain('bind: /data: too many levels of symbolic links');
  });

  it('name the steps of the monitor, and survive numbers nobody knows', () => {
    expect(launchError('exec', failure(0, NO_OPERATION, 250, ESRCH, ''), [[]])).toMatchObject({
      kind: 'Conflict',
      details: { step: 'not-running', errno: 'ESRCH' },
    });
    expect(launchError('exec', failure(0, NO_OPERATION, 245, ESRCH, 'init'), [[]])).toMatchObject({ kind: 'Conflict' });
    expect(launchError('start', failure(0, NO_OPERATION, 245, ESRCH, '/proc/1/ns/net'), [[]])).toMatchObject({ kind: 'Internal' });
    expect(launchError('exec', failure(0, NO_OPERATION, 249, 0, ''), [[]])).toMatchObject({ kind: 'Unavailable', details: { step: 'limit', errno: '' } });
    expect(launchError('start', failure(9, 9, 99, 99_999, 'x'), [])).toMatchObject({ kind: 'Internal', details: { step: 'step 99', path: 'x' } });
  });
});
