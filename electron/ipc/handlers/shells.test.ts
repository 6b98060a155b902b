import { describe, expect, it } from 'vitest';
import { usersOf } from '../../terminals/passwd.ts';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import { shellRequests } from './shells.ts';

/** A tar of one file. */
function tarOf(text: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write('passwd', 0);
  header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc(1024)]);
}

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\napp:x:1000:1000::/home/app:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n';

describe('what a terminal can be opened with', () => {
  it('is found in the files alone, and a linked folder counts once', async () => {
    const there = ['/bin/bash', '/usr/bin/bash', '/bin/sh'];
    let looking = 0;
    let most = 0;
    await using engine = await fakeEngine({
      'GET /containers/a/json': json({ Config: { Tty: true, OpenStdin: true, User: 'app', WorkingDir: '/srv' } }),
      'HEAD /containers/a/archive': async (request, response) => {
        most = Math.max(most, ++looking);
        await new Promise(setImmediate);
        looking--;
        response.writeHead(there.includes(new URL(request.url ?? '', 'http://x').searchParams.get('path') ?? '') ? 200 : 404).end();
      },
      'GET /containers/a/archive': (_request, response) => void response.end(tarOf(PASSWD)),
    });
    expect(await shellRequests(engine.client)['container.shells']({ id: 'a' })).toEqual({
      shells: ['/bin/bash', '/bin/sh'],
      users: ['root', 'app', 'www-data', 'nobody'],
      user: 'app',
      workingDir: '/srv',
      tty: true,
    });
    expect(engine.seen.some((line) => line.includes('exec'))).toBe(false);
    // The engine has a thread for each that is asked at the same time.
    expect(most).toBe(1);
  });

  it('is nothing in an image that has nothing', async () => {
    await using engine = await fakeEngine({ 'GET /containers/a/json': json({ Config: {} }) });
    expect(await shellRequests(engine.client)['container.shells']({ id: 'a' })).toEqual({ shells: [], users: [], user: '', workingDir: '', tty: false });
  });

  it('is refused in the words of the engine', async () => {
    await using engine = await fakeEngine({ 'GET /containers/a/json': json({ message: 'No such container: a' }, 404) });
    await expect(shellRequests(engine.client)['container.shells']({ id: 'a' })).rejects.toMatchObject({ status: 404, message: 'No such container: a' });
  });
});

describe('users of a hostile file', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut off', tarOf(PASSWD).subarray(0, 300)],
    ['a link', tarOf(PASSWD, '2')],
    ['without a size', Buffer.alloc(2048)],
    ['no users', tarOf('\0\0binary:\n:x:0:\n')],
    ['names that are options or text', tarOf('-x:x:0:0:::\na b:x:1:1:::\n\x1b[31m:x:2:2:::\n')],
  ])('%s: none', (_title, tar) => {
    expect(usersOf(tar)).toEqual([]);
  });

  it('are bounded in number', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `u${index}:x:${index + 1}:0:::/bin/sh`).join('\n');
    expect(usersOf(tarOf(many))).toHaveLength(200);
  });
});
