import { EngineError } from '../../base/errors.ts';
import type { ChangeKind } from '../../store/trees/changes.ts';
import type { ApiBackends } from '../backends.ts';
import { bodyOf } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, pathOfBytes } from '../query.ts';
import { pathStatHeader } from '../render/path-stat.ts';
import { sendArchive, sendEmpty, sendJson } from '../reply.ts';
import { fileRoutes } from './files.ts';

type Backends = Pick<ApiBackends, 'files'>;

const TAR = 'application/x-tar';
/** Docker's numbers (archive.ChangeType). */
const KINDS: Readonly<Record<ChangeKind, number>> = { modified: 0, added: 1, deleted: 2 };

const nameOf = (context: RequestContext): string => context.params['name'] ?? '';

/** Docker's refusal of a request without a path. */
function pathOf({ request }: RequestContext): string {
  const path = pathOfBytes(request.url ?? '', 'path');
  if (!path) throw new EngineError('InvalidArgument', 'bad parameter: path cannot be empty');
  if (path.includes('\0')) throw new EngineError('InvalidArgument', 'bad parameter: path contains a NUL byte');
  return path;
}

async function head(context: RequestContext, { files }: Backends): Promise<void> {
  const stat = await files.stat(nameOf(context), pathOf(context));
  context.response.setHeader('X-Docker-Container-Path-Stat', pathStatHeader(stat));
  sendEmpty(context, 200);
}

async function get(context: RequestContext, { files }: Backends): Promise<void> {
  await using archive = await files.read(nameOf(context), pathOf(context), context.signal);
  await sendArchive(context, archive.content, TAR, { 'X-Docker-Container-Path-Stat': pathStatHeader(archive.stat) });
}

async function put(context: RequestContext, { files }: Backends): Promise<void> {
  const { query, signal } = context;
  await files.write(nameOf(context), pathOf(context), bodyOf(context), {
    noOverwriteDirNonDir: flag(query, 'noOverwriteDirNonDir'),
    copyUIDGID: flag(query, 'copyUIDGID'),
    signal,
  });
  sendEmpty(context, 200);
}

async function exportContainer(context: RequestContext, { files }: Backends): Promise<void> {
  await using archive = await files.export(nameOf(context), context.signal);
  await sendArchive(context, archive.content, 'application/octet-stream');
}

async function changes(context: RequestContext, { files }: Backends): Promise<void> {
  const found = await files.changes(nameOf(context));
  // Docker's answer of no change.
  if (found.length === 0) sendJson(context, 200, null);
  else
    sendJson(
      context,
      200,
      found.map(({ path, kind }) => ({ Path: path, Kind: KINDS[kind] })),
    );
}

/** Copies into and out of containers, and what they have changed. */
export function archiveRoutes(backends: Backends): readonly ApiRoute[] {
  const pattern = '/containers/{name}/archive';
  return [
    { method: 'HEAD', pattern, handler: (context) => head(context, backends) },
    { method: 'GET', pattern, handler: (context) => get(context, backends) },
    { method: 'PUT', pattern, handler: (context) => put(context, backends) },
    { method: 'GET', pattern: '/containers/{name}/export', handler: (context) => exportContainer(context, backends) },
    { method: 'GET', pattern: '/containers/{name}/changes', handler: (context) => changes(context, backends) },
    ...fileRoutes('/slipway/v1/containers/{name}', () => backends.files.browsed),
  ];
}
