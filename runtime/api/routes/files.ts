import { namedAs } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { joinedArchives } from '../../formats/tar/joined.ts';
import { type DirectoryEntry, versionOf } from '../../store/trees/list-directory.ts';
import type { RootFiles } from '../../store/trees/root-files.ts';
import { bodyOf } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, integer, required } from '../query.ts';
import { sendArchive, sendEmpty, sendJson } from '../reply.ts';
import type { DirectoryAnswer, FileAnswer, FileEntry } from '../types/files.ts';

const PAGE = 500;
const MAX_PAGE = 2000;
const MAX_MATCH = 256;
/** Of one archive. */
const MAX_PATHS = 200;
const FORMATS: Readonly<Record<number, FileEntry['Type']>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'link' };
const FORMAT_BITS = 0o170000;
const ANY_SIZE = { min: 0, max: Number.MAX_SAFE_INTEGER };

export const TAR = 'application/x-tar';
export const nameOf = (context: RequestContext): string => context.params['name'] ?? '';

/** Of names as they are listed. Throws InvalidArgument for a key whose path is missing or none. */
function pathOf({ query }: RequestContext, key = 'path'): string {
  const path = required(query, key);
  if (path.includes('\0')) throw new EngineError('InvalidArgument', `${key}: has a NUL byte`);
  return namedAs(path);
}

/** Of a query that may name several. */
function pathsOf(context: RequestContext): readonly string[] {
  const paths = context.query.getAll('path');
  if (paths.length > MAX_PATHS) throw new EngineError('InvalidArgument', `path: more than ${MAX_PATHS}`);
  if (paths.some((path) => path === '' || path.includes('\0'))) throw new EngineError('InvalidArgument', 'path: empty, or has a NUL byte');
  return [pathOf(context), ...paths.slice(1).map(namedAs)];
}

async function list(context: RequestContext, files: RootFiles): Promise<void> {
  const { query } = context;
  const { path, isMounted, entries, total } = await files.list(nameOf(context), namedAs(query.get('path') || '/'), {
    offset: integer(query, 'offset', ANY_SIZE) ?? 0,
    limit: integer(query, 'limit', { min: 1, max: MAX_PAGE }) ?? PAGE,
    sort: choice(query, 'sort', ['name', 'size', 'modified']) ?? 'name',
    isDescending: choice(query, 'order', ['asc', 'desc']) === 'desc',
    match: (query.get('match') ?? '').slice(0, MAX_MATCH),
  });
  sendJson(context, 200, { Path: path, IsMounted: isMounted, Entries: entries.map(entryJson), Total: total } satisfies DirectoryAnswer);
}

/** Absent and empty: undefined. */
function choice<T extends string>(query: URLSearchParams, key: string, choices: readonly T[]): T | undefined {
  const value = query.get(key);
  if (!value) return undefined;
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new EngineError('InvalidArgument', `${key}: ${JSON.stringify(value.slice(0, 100))} is none of ${choices.join(', ')}`);
  return found;
}

function entryJson(entry: DirectoryEntry): FileEntry {
  return {
    Name: entry.name,
    IsEscaped: entry.isEscaped,
    Type: FORMATS[entry.mode & FORMAT_BITS] ?? 'other',
    Mode: entry.mode & 0o7777,
    Size: entry.size,
    Uid: entry.uid,
    Gid: entry.gid,
    ModTime: new Date(Number(entry.mtime / 1_000_000n)).toISOString(),
    LinkTarget: entry.linkTarget,
    Change: entry.change ?? '',
    IsMount: entry.isMount,
    Version: versionOf(entry),
  };
}

async function stat(context: RequestContext, files: RootFiles): Promise<void> {
  const { path, entry } = await files.look(nameOf(context), pathOf(context), flag(context.query, 'follow'));
  sendJson(context, 200, { ...entryJson(entry), Path: path } satisfies FileAnswer);
}

/** Looking at and changing the files of what `base`, with its `{name}`, names. */
export function fileRoutes(base: string, files: () => RootFiles): readonly ApiRoute[] {
  /** Something is done to one path and answered by nothing. */
  const change =
    (work: (context: RequestContext) => Promise<void>) =>
    async (context: RequestContext): Promise<void> => {
      await work(context);
      sendEmpty(context, 204);
    };
  const read = (context: RequestContext): AsyncGenerator<Buffer> => {
    const range = { offset: integer(context.query, 'offset', ANY_SIZE) ?? 0, length: integer(context.query, 'length', ANY_SIZE) };
    return files().read(nameOf(context), pathOf(context), range, context.signal);
  };
  const write = (context: RequestContext): Promise<void> =>
    files().write(nameOf(context), pathOf(context), context.query.get('version') ?? undefined, bodyOf(context), context.signal);
  const extract = (context: RequestContext): Promise<void> => files().extract(nameOf(context), pathOf(context), bodyOf(context), context.signal);
  const archive = (context: RequestContext): AsyncGenerator<Buffer> => {
    const [first = '', ...others] = pathsOf(context);
    const open = (path: string): AsyncGenerator<Buffer> => files().archive(nameOf(context), path, context.signal);
    return others.length === 0 ? open(first) : joinedArchives([first, ...others].map(open));
  };
  return [
    { method: 'GET', pattern: `${base}/files`, handler: (context) => list(context, files()) },
    { method: 'DELETE', pattern: `${base}/files`, handler: change((context) => files().remove(nameOf(context), pathOf(context))) },
    { method: 'GET', pattern: `${base}/stat`, handler: (context) => stat(context, files()) },
    { method: 'POST', pattern: `${base}/rename`, handler: change((context) => files().rename(nameOf(context), pathOf(context), pathOf(context, 'to'))) },
    { method: 'POST', pattern: `${base}/directories`, handler: change((context) => files().makeDirectory(nameOf(context), pathOf(context))) },
    { method: 'GET', pattern: `${base}/file`, handler: (context) => sendArchive(context, read(context), 'application/octet-stream') },
    { method: 'PUT', pattern: `${base}/file`, handler: change(write) },
    { method: 'GET', pattern: `${base}/archive`, handler: (context) => sendArchive(context, archive(context), TAR) },
    { method: 'PUT', pattern: `${base}/archive`, handler: change(extract) },
  ];
}
