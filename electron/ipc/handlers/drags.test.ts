import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Download } from '../../downloads/download.ts';
import type { DragFiles } from '../../downloads/drag-files.ts';
import { type Answer, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { dragStreams } from './drags.ts';

const bytes =
  (content: string): Answer =>
  (_request, response) =>
    void Readable.from([content]).pipe(response);

it('fetches several files one by one, as they are, and a folder as a tar', async () => {
  await using engine = await fakeEngine({
    'GET /slipway/v1/volumes/v/stat': (request, response) => {
      const isFolder = (request.url ?? '').endsWith('deep');
      return json({ Name: isFolder ? 'deep' : 'a.txt', Type: isFolder ? 'directory' : 'file' })(request, response);
    },
    'GET /slipway/v1/volumes/v/file': bytes('a file'),
    'GET /slipway/v1/volumes/v/archive': bytes('a tar'),
  });
  const fetched: string[][] = [];
  const drags = {
    async fetch(downloads: readonly Download[], signal: AbortSignal) {
      for (const download of downloads) fetched.push([download.name, await text((await download.open(signal)).body)]);
      return 'id';
    },
  } as unknown as DragFiles;
  const stream = openStream<'drag.fetch'>();
  await dragStreams(engine.client, drags)['drag.fetch']({ download: { kind: 'volume.files', name: 'v', paths: ['/a.txt', '/deep'] } }, stream);
  expect([fetched, stream.sent]).toEqual([
    [
      ['a.txt', 'a file'],
      ['deep.tar', 'a tar'],
    ],
    [{ id: 'id' }],
  ]);
});
