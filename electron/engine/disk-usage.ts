import { z } from 'zod';
import type { DiskUsage } from '../ipc/contract/disk.ts';
import type { EngineClient } from './http-client.ts';

const list = <T extends z.ZodType>(row: T) =>
  z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);

const useSchema = z.looseObject({
  LayersSize: z.number(),
  Images: list(z.looseObject({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Size: z.number(), SharedSize: z.number(), Containers: z.number() })),
  Containers: list(z.looseObject({ Id: z.string(), Names: z.array(z.string()), State: z.string(), SizeRw: z.number().nullish() })),
  Volumes: list(
    z.looseObject({
      Name: z.string(),
      Labels: z.record(z.string(), z.string()).nullish(),
      UsageData: z.looseObject({ Size: z.number(), RefCount: z.number() }).nullish(),
    }),
  ),
  BuildCache: list(
    z.looseObject({ ID: z.string(), Type: z.string(), Description: z.string().nullish(), Size: z.number(), InUse: z.boolean(), Shared: z.boolean() }),
  ),
});
const reportSchema = z.looseObject({
  root: z.string(),
  total: z.number(),
  free: z.number(),
  areas: z.array(z.looseObject({ name: z.string(), bytes: z.number() })),
  logs: z.record(z.string(), z.number()),
});

const UP = new Set(['running', 'paused', 'restarting', 'removing']);
const ANONYMOUS = 'com.docker.volume.anonymous';

/** Measures everything. @throws ShellError */
export async function measureDisk(engine: EngineClient, signal?: AbortSignal): Promise<DiskUsage> {
  const options = signal ? { signal } : {};
  const [use, report] = await Promise.all([
    engine.json('GET', '/v1.47/system/df', options).then((answer) => useSchema.parse(answer)),
    engine.json('GET', '/slipway/v1/disk', options).then((answer) => reportSchema.parse(answer)),
  ]);
  return {
    measuredAt: Date.now(),
    root: report.root,
    total: report.total,
    free: report.free,
    areas: report.areas.map(({ name, bytes }) => ({ name, bytes })),
    layers: use.LayersSize,
    images: use.Images.map(({ Id, RepoTags, Size, SharedSize, Containers }) => ({
      id: Id,
      tags: RepoTags ?? [],
      size: Size,
      shared: Math.max(0, SharedSize),
      containers: Math.max(0, Containers),
    })),
    containers: use.Containers.map(({ Id, Names, State, SizeRw }) => ({
      id: Id,
      name: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12),
      running: UP.has(State),
      written: SizeRw ?? 0,
      log: report.logs[Id] ?? 0,
    })),
    volumes: use.Volumes.map(({ Name, Labels, UsageData }) => ({
      name: Name,
      anonymous: Labels !== null && Labels !== undefined && ANONYMOUS in Labels,
      size: UsageData && UsageData.Size >= 0 ? UsageData.Size : null,
      users: UsageData?.RefCount ?? 0,
    })),
    cache: use.BuildCache.map(({ ID, Type, Description, Size, InUse, Shared }) => ({
      id: ID,
      type: Type,
      description: Description ?? '',
      size: Size,
      inUse: InUse,
      shared: Shared,
    })),
  };
}
