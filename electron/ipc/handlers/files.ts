import { z } from 'zod';
import type { DirectoryAnswer, FileAnswer } from '../../../runtime/api/types/files.ts';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { FilePlace } from '../contract/files.ts';
import { bulk } from './bulk.ts';
import { uploaded } from './upload.ts';

type Requests = 'file.list' | 'file.stat' | 'file.makeDirectory' | 'file.rename' | 'file.remove';

const entry = {
  Name: z.string(),
  IsEscaped: z.boolean(),
  Type: z.enum(['file', 'directory', 'link', 'other']),
  Mode: z.number(),
  Size: z.number(),
  Uid: z.number(),
  Gid: z.number(),
  ModTime: z.string(),
  LinkTarget: z.string(),
  Change: z.enum(['', 'added', 'modified', 'deleted']),
  IsMount: z.boolean(),
  Version: z.string(),
};
const directorySchema = z.object({ Path: z.string(), IsMounted: z.boolean(), Entries: z.array(z.object(entry)), Total: z.number() });
const fileSchema = z.object({ ...entry, Path: z.string() });

const routeOf = ({ of, id }: FilePlace, verb: string): string => enginePath('slipway', 'v1', of === 'container' ? 'containers' : 'volumes', id, verb);

export function fileRequests(engine: EngineClient): Pick<Backend['requests'], Requests> {
  return {
    async 'file.list'({ at, path, offset, limit, sort, descending, match }): Promise<DirectoryAnswer> {
      const query = { path, offset, limit, sort, order: descending ? 'desc' : 'asc', match };
      return directorySchema.parse(await engine.json('GET', routeOf(at, 'files'), { query }));
    },
    async 'file.stat'({ at, path, follow }): Promise<FileAnswer> {
      return fileSchema.parse(await engine.json('GET', routeOf(at, 'stat'), { query: { path, follow } }));
    },
    async 'file.makeDirectory'({ at, path }) {
      await engine.json('POST', routeOf(at, 'directories'), { query: { path } });
      return null;
    },
    async 'file.rename'({ at, path, to }) {
      await engine.json('POST', routeOf(at, 'rename'), { query: { path, to } });
      return null;
    },
    'file.remove': ({ at, paths }) => bulk(paths, (path) => engine.json('DELETE', routeOf(at, 'files'), { query: { path } })),
  };
}

export function fileStreams(engine: EngineClient): Pick<Backend['streams'], 'file.read' | 'file.write'> {
  return {
    async 'file.read'({ at, path, length }, stream) {
      const body = await engine.stream('GET', routeOf(at, 'file'), { query: { path, length }, signal: stream.signal });
      for await (const chunk of body as AsyncIterable<Buffer>) await stream.send(chunk);
    },
    async 'file.write'({ at, path, size, version }, stream) {
      const query = { path, ...(version !== null && { version }) };
      await engine.json('PUT', routeOf(at, 'file'), {
        query,
        body: uploaded(stream, size, (written) => stream.send({ written })),
        length: size,
        signal: stream.signal,
      });
      await stream.send({ written: size });
    },
  };
}
