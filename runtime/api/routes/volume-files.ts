import { z } from 'zod';
import type { DirectoryEntry } from '../../store/trees/browse.ts';
import type { ApiBackends } from '../backends.ts';
import { bodyOf, readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { integer, required } from '../query.ts';
import { volumeJson } from '../render/volume.ts';
import { sendArchive, sendEmpty, sendJson } from '../reply.ts';
import type { VolumeDirectoryAnswer, VolumeFileEntry } from '../types/volume-files.ts';

type Backends = Pick<ApiBackends, 'volumeFiles'>;

const PAGE = 500;
const MAX_PAGE = 2000;
const TAR = 'application/x-tar';
const FORMATS: Readonly<Record<number, VolumeFileEntry['Type']>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'link' };
const FORMAT_BITS = 0o170000;
const cloneSchema = z.looseObject({ Name: z.string().min(1).max(255) });

const nameOf = (context: RequestContext): string => context.params['name'] ?? '';
const pathOf = ({ query }: RequestContext): string => required(query, 'path');

async function list(context: RequestContext, { volumeFiles }: Backends): Promise<void> {
  const { query } = context;
  const offset = integer(query, 'offset', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0;
  const limit = integer(query, 'limit', { min: 1, max: MAX_PAGE }) ?? PAGE;
  const { entries, total } = await volumeFiles.list(nameOf(context), query.get('path') ?? '/', { offset, limit });
  sendJson(context, 200, { Entries: entries.map(entryJson), Total: total } satisfies VolumeDirectoryAnswer);
}

function entryJson({ name, mode, size, uid, gid, mtime, linkTarget }: DirectoryEntry): VolumeFileEntry {
  const modified = new Date(Number(mtime / 1_000_000n)).toISOString();
  return {
    Name: name,
    Type: FORMATS[mode & FORMAT_BITS] ?? 'other',
    Mode: mode & 0o7777,
    Size: size,
    Uid: uid,
    Gid: gid,
    ModTime: modified,
    LinkTarget: linkTarget,
  };
}

async function importVolume(context: RequestContext, { volumeFiles }: Backends): Promise<void> {
  sendJson(context, 201, volumeJson(await volumeFiles.import(nameOf(context), bodyOf(context), context.signal)));
}

async function clone(context: RequestContext, { volumeFiles }: Backends): Promise<void> {
  const { Name } = await readBody(context, cloneSchema);
  sendJson(context, 201, volumeJson(await volumeFiles.clone(nameOf(context), Name, context.signal)));
}

/** The files of volumes, for people to look at and change. */
export function volumeFileRoutes(backends: Backends): readonly ApiRoute[] {
  const { volumeFiles } = backends;
  const base = '/slipway/v1/volumes/{name}';
  /** Something is done to one path and answered by nothing. */
  const change =
    (work: (context: RequestContext) => Promise<void>) =>
    async (context: RequestContext): Promise<void> => {
      await work(context);
      sendEmpty(context, 204);
    };
  const write = (context: RequestContext): Promise<void> => volumeFiles.write(nameOf(context), pathOf(context), bodyOf(context), context.signal);
  const extract = (context: RequestContext): Promise<void> => volumeFiles.extract(nameOf(context), pathOf(context), bodyOf(context), context.signal);
  const send = (type: string, content: (context: RequestContext) => AsyncGenerator<Buffer>) => (context: RequestContext) =>
    sendArchive(context, content(context), type);
  return [
    { method: 'GET', pattern: `${base}/files`, handler: (context) => list(context, backends) },
    { method: 'DELETE', pattern: `${base}/files`, handler: change((context) => volumeFiles.remove(nameOf(context), pathOf(context))) },
    { method: 'POST', pattern: `${base}/directories`, handler: change((context) => volumeFiles.makeDirectory(nameOf(context), pathOf(context))) },
    {
      method: 'GET',
      pattern: `${base}/file`,
      handler: send('application/octet-stream', (context) => volumeFiles.read(nameOf(context), pathOf(context), context.signal)),
    },
    { method: 'PUT', pattern: `${base}/file`, handler: change(write) },
    { method: 'GET', pattern: `${base}/archive`, handler: send(TAR, (context) => volumeFiles.archive(nameOf(context), pathOf(context), context.signal)) },
    { method: 'PUT', pattern: `${base}/archive`, handler: change(extract) },
    { method: 'GET', pattern: `${base}/export`, handler: send(TAR, (context) => volumeFiles.archive(nameOf(context), '/', context.signal)) },
    { method: 'POST', pattern: `${base}/import`, handler: (context) => importVolume(context, backends) },
    { method: 'POST', pattern: `${base}/clone`, handler: (context) => clone(context, backends) },
  ];
}
