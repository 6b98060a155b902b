import { describe, expect, it } from 'vitest';
import { sourceOfOptions } from './local-options.ts';

describe('sourceOfOptions', () => {
  it('is the plain directory without options', () => {
    expect(sourceOfOptions({})).toBeNull();
  });

  it('reads binds and tmpfs', () => {
    const bind = { kind: 'directory', path: '/srv', recursive: false, readonly: false };
    expect(sourceOfOptions({ type: 'none', device: '/srv', o: 'bind' })).toEqual(bind);
    expect(sourceOfOptions({ type: '', device: '/srv', o: 'rbind,ro' })).toEqual({ ...bind, recursive: true, readonly: true });
    expect(sourceOfOptions({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=1000' })).toEqual({
      kind: 'tmpfs',
      options: ['suid', 'dev', 'exec', 'size=1m', 'uid=1000'],
    });
  });

  it.each([
    [{ color: 'red' }, 'InvalidArgument', 'invalid option: "color"'],
    [{ type: 'tmpfs' }, 'InvalidArgument', 'missing required option: "device"'],
    [{ device: '/x' }, 'InvalidArgument', 'missing required option: "type"'],
    [{ o: 'bind' }, 'InvalidArgument', 'missing required option: "device"'],
    [{ size: '1G' }, 'Unsupported', 'option "size"'],
    [{ type: 'tmpfs', device: 'tmpfs', o: 'odd' }, 'InvalidArgument', 'invalid tmpfs option'],
    [{ type: 'nfs', device: ':/x', o: 'addr=192.0.2.1' }, 'Unsupported', 'not "nfs"'],
    [{ type: 'none', device: 'x', o: 'bind' }, 'InvalidArgument', 'option "device": "x" is not an absolute path'],
    [{ type: 'none', device: '/x', o: 'bind,odd' }, 'InvalidArgument', 'option "o": "odd"'],
    [{ type: 'none', device: '/x', o: 'bind,constructor' }, 'InvalidArgument', 'option "o": "constructor"'],
  ])('refuses %j', (options, kind, text) => {
    expect(() => sourceOfOptions(options as Record<string, string>)).toThrow(
      expect.objectContaining({ kind, message: expect.stringContaining(text) as string }) as Error,
    );
  });
});
