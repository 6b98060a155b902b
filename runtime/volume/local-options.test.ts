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

  it('leaves other types to the kernel: words with flags, the rest as it is', () => {
    expect(sourceOfOptions({ type: 'nfs', device: ':/export', o: 'addr=192.0.2.1,ro,noatime,nfsvers=4.2,soft' })).toEqual({
      kind: 'file-system',
      type: 'nfs',
      device: ':/export',
      flags: 1025,
      data: 'addr=192.0.2.1,nfsvers=4.2,soft',
    });
    expect(sourceOfOptions({ type: 'cifs', device: '//files/share', o: 'sync,username=u,password=p,rw' })).toMatchObject({
      flags: 16,
      data: 'username=u,password=p',
    });
  });

  it.each([
    [{ color: 'red' }, 'InvalidArgument', 'invalid option: "color"'],
    [{ type: 'tmpfs' }, 'InvalidArgument', 'missing required option: "device"'],
    [{ device: '/x' }, 'InvalidArgument', 'missing required option: "type"'],
    [{ o: 'bind' }, 'InvalidArgument', 'missing required option: "device"'],
    [{ size: '1G' }, 'Unsupported', 'option "size"'],
    [{ type: 'tmpfs', device: 'tmpfs', o: 'odd' }, 'InvalidArgument', 'invalid tmpfs option'],
    [{ type: 'n fs', device: ':/x' }, 'InvalidArgument', 'option "type": "n fs" is no name of a file system'],
    [{ type: 'nfs', device: '' }, 'InvalidArgument', 'option "device": what is to be mounted is missing'],
    [{ type: 'nfs', device: ':/x', o: 'x'.repeat(4096) }, 'InvalidArgument', 'option "o": more than 4095 bytes'],
    [{ type: 'none', device: 'x', o: 'bind' }, 'InvalidArgument', 'option "device": "x" is not an absolute path'],
    [{ type: 'none', device: '/x', o: 'bind,odd' }, 'InvalidArgument', 'option "o": "odd"'],
    [{ type: 'none', device: '/x', o: 'bind,constructor' }, 'InvalidArgument', 'option "o": "constructor"'],
  ])('refuses %j', (options, kind, text) => {
    expect(() => sourceOfOptions(options as Record<string, string>)).toThrow(
      expect.objectContaining({ kind, message: expect.stringContaining(text) as string }) as Error,
    );
  });
});
