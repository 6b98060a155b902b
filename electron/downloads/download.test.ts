import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { type Answer, fakeEngine, json } from '../testkit/fake-engine.ts';
import { type EngineDownload, prepareDownload } from './download.ts';

const content =
  (text: string): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/x-tar' }).end(text);
const container = json({ Name: '/web', Config: { Tty: false } });
const frame = (stream: number, text: string) => Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
const never = new AbortController().signal;

it.each<[EngineDownload, string, string, Record<string, Answer>]>([
  [
    { kind: 'container.file', id: 'c1', path: '/etc/hosts' },
    'hosts',
    'GET /slipway/v1/containers/c1/file?path=%2Fetc%2Fhosts',
    { 'GET /slipway/v1/containers/c1/stat': json({ Name: 'hosts', Type: 'file' }), 'GET /slipway/v1/containers/c1/file': content('x') },
  ],
  [
    { kind: 'container.file', id: 'c1', path: '/etc' },
    'etc.tar',
    'GET /slipway/v1/containers/c1/archive?path=%2Fetc',
    { 'GET /slipway/v1/containers/c1/stat': json({ Name: 'etc', Type: 'directory' }), 'GET /slipway/v1/containers/c1/archive': content('x') },
  ],
  [
    { kind: 'volume.file', name: 'data', path: '/' },
    'data.tar',
    'GET /slipway/v1/volumes/data/archive?path=%2F',
    { 'GET /slipway/v1/volumes/data/stat': json({ Name: '/', Type: 'directory' }), 'GET /slipway/v1/volumes/data/archive': content('x') },
  ],
  [
    { kind: 'container.export', id: 'c1' },
    'web.tar',
    'GET /containers/c1/export',
    { 'GET /containers/c1/json': container, 'GET /containers/c1/export': content('x') },
  ],
  [
    { kind: 'volume.export', name: 'data' },
    'data.tar',
    'GET /slipway/v1/volumes/data/export',
    { 'GET /volumes/data': json({}), 'GET /slipway/v1/volumes/data/export': content('x') },
  ],
  [
    { kind: 'image.save', references: ['reg.example:5000/team/web:1'] },
    'web:1.tar',
    'GET /images/get?names=reg.example%3A5000%2Fteam%2Fweb%3A1',
    { 'GET /images/reg.example:5000/team/web:1/json': json({}), 'GET /images/get': content('x') },
  ],
  [
    { kind: 'image.save', references: ['a', 'b', 'c'] },
    'a-and-2-more.tar',
    'GET /images/get?names=a&names=b&names=c',
    { 'GET /images/a/json': json({}), 'GET /images/b/json': json({}), 'GET /images/c/json': json({}), 'GET /images/get': content('x') },
  ],
  [
    { kind: 'container.files', id: 'c1', paths: ['/etc/hosts', '/etc/apt'] },
    'hosts-and-1-more.tar',
    'GET /slipway/v1/containers/c1/archive?path=%2Fetc%2Fhosts&path=%2Fetc%2Fapt',
    { 'GET /slipway/v1/containers/c1/stat': json({ Name: 'hosts', Type: 'file' }), 'GET /slipway/v1/containers/c1/archive': content('x') },
  ],
  [
    { kind: 'volume.files', name: 'data', paths: ['/a', '/b', '/c'] },
    'a-and-2-more.tar',
    'GET /slipway/v1/volumes/data/archive?path=%2Fa&path=%2Fb&path=%2Fc',
    { 'GET /slipway/v1/volumes/data/stat': json({ Name: 'a', Type: 'file' }), 'GET /slipway/v1/volumes/data/archive': content('x') },
  ],
])('finds %j', async (request, name, asked, answers) => {
  await using engine = await fakeEngine(answers);
  const download = await prepareDownload(engine.client, request);
  expect(download.name).toBe(name);
  expect(engine.seen).not.toContain(asked);
  const { body } = await download.open(never);
  expect([(await buffer(body)).toString(), engine.seen.at(-1)]).toEqual(['x', asked]);
});

it('saves a log without the frames of its streams', async () => {
  await using engine = await fakeEngine({
    'GET /containers/c1/json': container,
    'GET /containers/c1/logs': (_request, response) => void response.writeHead(200).end(Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n')])),
  });
  const download = await prepareDownload(engine.client, { kind: 'container.log', id: 'c1' });
  expect([download.name, (await buffer((await download.open(never)).body)).toString()]).toEqual(['web.log', 'out\nerr\n']);
});

it('fails at once for what is not there', async () => {
  await using engine = await fakeEngine({});
  await expect(prepareDownload(engine.client, { kind: 'volume.export', name: 'gone' })).rejects.toMatchObject({ status: 404 });
  await expect(prepareDownload(engine.client, { kind: 'container.file', id: 'c', path: '/x' })).rejects.toMatchObject({ status: 404 });
});
