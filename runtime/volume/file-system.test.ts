import { describe, expect, it } from 'vitest';
import { type FileSystem, fileSystemOf, mountFailure, withAddresses } from './file-system.ts';

const of = (type: string, device: string, o = ''): FileSystem => fileSystemOf(type, device, o.split(','));

describe('withAddresses', () => {
  it('puts addresses in place of names, of addr= or of the device', async () => {
    expect((await withAddresses(of('nfs', ':/x', 'addr=localhost,soft'))).data).toMatch(/^addr=(127\.0\.0\.1|::1),soft$/);
    expect((await withAddresses(of('nfs4', ':/x', 'mountaddr=localhost'))).data, 'another option').toBe('mountaddr=localhost');
    expect((await withAddresses(of('cifs', '//localhost/share/a b', 'user=u'))).device).toMatch(/^\/\/(127\.0\.0\.1|::1)\/share\/a b$/);
    const whole = [of('nfs', ':/x', 'addr=192.0.2.1'), of('cifs', '//192.0.2.1/share'), of('ext4', '/dev/sdz', 'addr=localhost')];
    expect(await Promise.all(whole.map(withAddresses))).toEqual(whole);
  });

  it.each([
    [of('nfs', ':/x', 'vers=4,addr=no.such.invalid'), 'option "o": the address of addr=no.such.invalid is not known'],
    [of('cifs', '//no.such.invalid/share'), 'option "device": the address of no.such.invalid is not known'],
  ])('names the option of %j', async (fileSystem, text) => {
    await expect(withAddresses(fileSystem)).rejects.toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining(text) as string }) as Error,
    );
  });
});

describe('mountFailure', () => {
  it('is in the form of Docker, names the option and shows no password', () => {
    const error = mountFailure(of('cifs', '//192.0.2.1/s', 'ro,username=u,password=se=cret,pass=other'), '/v/_data', 'ENODEV', 'no such device');
    expect(error.message).toBe(
      'error while mounting volume \'/v/_data\': failed to mount local volume: mount //192.0.2.1/s:/v/_data, flags: 0x1, data: username=u,password=********,pass=********: no such device (option "type": this kernel has no file system "cifs")',
    );
    expect(error.kind).toBe('InvalidArgument');
  });

  it('is for another time when a server does not answer', () => {
    const error = mountFailure(of('nfs', ':/x', 'addr=192.0.2.1'), '/v', 'ETIMEDOUT', 'connection timed out');
    expect([error.kind, error.message]).toEqual(['Unavailable', expect.stringMatching(/data: addr=192\.0\.2\.1: connection timed out$/)]);
  });
});
