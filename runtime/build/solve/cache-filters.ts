import { parseDuration } from '../../base/duration.ts';
import { EngineError } from '../../base/errors.ts';
import { parseTimestamp } from '../../base/timestamps.ts';
import type { CachePruneOptions, CacheRecord } from '../build-service.ts';

type Test = (record: CacheRecord, value: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  id: ({ id }, value) => id.startsWith(value),
  parent: ({ parents }, value) => parents.includes(value),
  type: ({ type }, value) => type === value,
  description: ({ description }, value) => description === value,
  inuse: ({ inUse }, value) => inUse === flag('inuse', value),
  shared: ({ shared }, value) => shared === flag('shared', value),
  private: ({ shared }, value) => shared !== flag('private', value),
};

/** Whether a record is one of those meant. Throws InvalidArgument for a filter that is none, or has more than one value. */
export function recordFilter(filters: CachePruneOptions['filters'], now: bigint): (record: CacheRecord) => boolean {
  const tests = Object.entries(filters).flatMap(([name, values]) => {
    const [value] = values;
    if (value === undefined) return [];
    if (values.length > 1) throw new EngineError('InvalidArgument', `filters expect only one value: ${name.slice(0, 100)}`);
    return [name === 'until' || name === 'unused-for' ? unusedSince(name, value, now) : testOf(name, value)];
  });
  return (record) => tests.every((test) => test(record));
}

function testOf(name: string, value: string): (record: CacheRecord) => boolean {
  const opposite = name.endsWith('!');
  const key = opposite ? name.slice(0, -1) : name;
  const test = Object.hasOwn(TESTS, key) ? TESTS[key] : undefined;
  if (test === undefined) throw new EngineError('InvalidArgument', `invalid filter '${name.slice(0, 100)}'`);
  if (['inuse', 'shared', 'private'].includes(key)) flag(key, value);
  return (record) => test(record, value) !== opposite;
}

/** A filter by its name alone is a yes, as the docker CLI sends it. */
function flag(name: string, value: string): boolean {
  if (['', 'true', '1', name].includes(value)) return true;
  if (['false', '0'].includes(value)) return false;
  throw new EngineError('InvalidArgument', `invalid filter '${name}=${value.slice(0, 100)}'`);
}

function unusedSince(name: string, value: string, now: bigint): (record: CacheRecord) => boolean {
  const seconds = parseDuration(value);
  const moment = seconds === null ? parseTimestamp(value, `filter ${name}`) : now - BigInt(Math.round(seconds * 1000)) * 1_000_000n;
  if (moment === null) throw new EngineError('InvalidArgument', `filter ${name} expects a duration (e.g., '24h') or a time`);
  return ({ createdAt, lastUsedAt }) => (lastUsedAt ?? createdAt) < moment;
}
