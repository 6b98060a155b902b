import type { BuildDetails, BuildRecord, BuildService, CacheRecord } from '../../build/build-service.ts';
import type { BuildLog, BuildRow, BuildView } from '../types/build.ts';

const millis = (time: bigint | null): number => (time === null ? 0 : Number(time / 1_000_000n));

export function buildRow(record: BuildRecord): BuildRow {
  const { id, status, startedAt, finishedAt, error, image, tags, target, dockerfileName, contextName, steps, cachedSteps } = record;
  const times = { startedAt: millis(startedAt), finishedAt: millis(finishedAt) };
  return { id, status, ...times, error, image: image ?? '', tags, target, dockerfileName, contextName, steps, cachedSteps };
}

export function buildView(details: BuildDetails): BuildView {
  const { dockerfile, buildArgs, warnings, vertices } = details;
  return {
    ...buildRow(details),
    dockerfile,
    buildArgs,
    warnings: warnings.map(({ rule, description, url, detail, range }) => ({ rule, description, url, detail, ...range.start })),
    vertices: vertices.map((vertex) => ({ ...vertex, startedAt: millis(vertex.startedAt), completedAt: millis(vertex.completedAt) })),
  };
}

/** Renders pieces of one step in their order; a character that two of them share is in the second. */
export function buildLogs(): (pieces: ReturnType<BuildService['logs']>) => BuildLog[] {
  const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  return (pieces) =>
    pieces.map(({ stream, time, data }) => ({
      stream: stream === 1 ? 'stdout' : 'stderr',
      time: millis(time),
      text: decoders[stream].decode(data, { stream: true }),
    }));
}

/** A row of `docker builder du` and of GET /system/df. From 1.42 on a record has several parents. */
export function cacheRow(record: CacheRecord, version: number): object {
  const { id, parents, type, description, inUse, shared, size, createdAt, lastUsedAt, usageCount } = record;
  return {
    ID: id,
    ...(version >= 42 ? { Parents: parents } : { Parent: parents[0] ?? '' }),
    Type: type,
    Description: description,
    InUse: inUse,
    Shared: shared,
    Size: size,
    CreatedAt: isoTime(createdAt),
    LastUsedAt: lastUsedAt === null ? null : isoTime(lastUsedAt),
    UsageCount: usageCount,
  };
}

function isoTime(time: bigint): string {
  return new Date(millis(time)).toISOString();
}
