import { z } from 'zod';
import { EngineError } from '../base/errors.ts';

export type Filters = Readonly<Record<string, readonly string[]>>;

const values = z.union([
  z.array(z.string()),
  z.record(z.string(), z.boolean()).transform((set) =>
    Object.entries(set)
      .filter(([, on]) => on)
      .map(([value]) => value),
  ),
]);
const filtersSchema = z.record(z.string(), values);

/**
 * The `filters` query: `{"k":["v"]}` and the older `{"k":{"v":true}}`. With `known` names outside of it are refused
 * in Docker's words. Throws InvalidArgument.
 */
export function parseFilters(query: URLSearchParams, known?: readonly string[]): Filters {
  const text = query.get('filters');
  if (text === null || text === '' || text === 'null') return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new EngineError('InvalidArgument', 'invalid filter: not valid JSON');
  }
  const parsed = filtersSchema.safeParse(json);
  if (!parsed.success) throw new EngineError('InvalidArgument', 'invalid filter: an object of lists of strings is expected');
  const unknown = known && Object.keys(parsed.data).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new EngineError('InvalidArgument', `invalid filter '${unknown.slice(0, 100)}'`);
  return parsed.data;
}

/** A filter that is yes or no: undefined when absent. Throws InvalidArgument for other values. */
export function booleanFilter(filters: Filters, name: string): boolean | undefined {
  const given = filters[name];
  if (!given?.length) return undefined;
  if (given.every((value) => value === '1' || value === 'true')) return true;
  if (given.every((value) => value === '0' || value === 'false')) return false;
  throw new EngineError('InvalidArgument', `invalid filter '${name}=[${given.join(' ').slice(0, 100)}]'`);
}
