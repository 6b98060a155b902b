import { z } from 'zod';
import type { ApiBackends } from '../backends.ts';
import { bodyOf, readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { volumeJson } from '../render/volume.ts';
import { sendArchive, sendJson } from '../reply.ts';
import type { VolumeSizeAnswer } from '../types/files.ts';
import { fileRoutes, nameOf, TAR } from './files.ts';

type Backends = Pick<ApiBackends, 'volumeFiles' | 'volumes'>;

const cloneSchema = z.looseObject({ Name: z.string().min(1).max(255) });

async function importVolume(context: RequestContext, { volumeFiles }: Backends): Promise<void> {
  sendJson(context, 201, volumeJson(await volumeFiles.import(nameOf(context), bodyOf(context), context.signal)));
}

async function clone(context: RequestContext, { volumeFiles }: Backends): Promise<void> {
  const { Name } = await readBody(context, cloneSchema);
  sendJson(context, 201, volumeJson(await volumeFiles.clone(nameOf(context), Name, context.signal)));
}

/** Walks its files: for one that is looked at, not for each of a list. */
async function size(context: RequestContext, { volumes }: Backends): Promise<void> {
  sendJson(context, 200, { Size: await volumes.size(nameOf(context)) } satisfies VolumeSizeAnswer);
}

/** The files of volumes, for people to look at and change, and volumes made of others. */
export function volumeFileRoutes(backends: Backends): readonly ApiRoute[] {
  const { volumeFiles } = backends;
  const base = '/slipway/v1/volumes/{name}';
  return [
    ...fileRoutes(base, () => volumeFiles),
    { method: 'GET', pattern: `${base}/size`, handler: (context) => size(context, backends) },
    { method: 'GET', pattern: `${base}/export`, handler: (context) => sendArchive(context, volumeFiles.archive(nameOf(context), '/', context.signal), TAR) },
    { method: 'POST', pattern: `${base}/import`, handler: (context) => importVolume(context, backends) },
    { method: 'POST', pattern: `${base}/clone`, handler: (context) => clone(context, backends) },
  ];
}
