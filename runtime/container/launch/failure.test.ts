import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { launchFailure } from './failure.ts';

const launcher = (step: string, errno: string, path = '') => new EngineError('Internal', `${step}: ${errno}`, { details: { step, errno, path } });

describe('launchFailure', () => {
  it.each([
    ['ENOENT', 'nope', 'exec: "nope": executable file not found in $PATH', 127],
    ['ENOENT', '/nope', 'exec: "/nope": stat /nope: no such file or directory', 127],
    ['EACCES', '/etc/passwd', 'exec: "/etc/passwd": permission denied', 126],
    ['EISDIR', '/etc', 'exec: "/etc": is a directory', 126],
    ['ENOEXEC', '/bin/arm', 'exec /bin/arm: exec format error', 126],
  ])('words %s of %s as clients know it', (errno, command, text, exitCode) => {
    const failure = launchFailure(launcher('exec', errno), 'start', command);
    expect(failure.error.message).toContain(text);
    expect(failure.error.kind).toBe('InvalidArgument');
    expect(failure.exitCode).toBe(exitCode);
  });

  it('names the working directory', () => {
    const failure = launchFailure(launcher('cwd', 'EACCES', '/root/x'), 'exec', 'sh');
    expect(failure.error.message).toContain('chdir to cwd ("/root/x") set in config failed: permission denied');
  });

  it('passes other failures on', () => {
    const error = launcher('overlay', 'EINVAL');
    expect(launchFailure(error, 'start', 'sh')).toEqual({ error, exitCode: 128 });
    expect(launchFailure(new Error('boom'), 'start', 'sh').error.message).toBe('the container could not be started: boom');
  });
});
