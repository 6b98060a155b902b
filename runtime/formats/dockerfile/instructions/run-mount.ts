import type { RunMountFlag } from '../ast.ts';
import { suggestion } from '../syntax-error.ts';
import { cut, shown } from './statement.ts';

type Fail = (message: string) => never;
type MountType = RunMountFlag['type'];

const TYPES: readonly MountType[] = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const SHARING = ['shared', 'private', 'locked'];
const ALIASES: Readonly<Record<string, string>> = { src: 'source', dst: 'target', destination: 'target', ro: 'readonly', rw: 'readwrite' };
const KEYS = ['type', 'from', 'source', 'target', 'readonly', 'id', 'sharing', 'required', 'size', 'mode', 'uid', 'gid', 'env'];
const FLAGS = new Set(['readonly', 'readwrite', 'required']);
/** Keys that only some types take. */
const ONLY_FOR: Readonly<Record<string, readonly MountType[]>> = {
  required: ['secret', 'ssh'],
  size: ['tmpfs'],
  mode: ['secret', 'ssh', 'cache'],
  uid: ['secret', 'ssh', 'cache'],
  gid: ['secret', 'ssh', 'cache'],
  sharing: ['cache'],
  env: ['secret'],
};

/** `type=cache,target=/x,…` as comma-separated values with quotes; a key without a value is true. `fail` throws. */
export function parseMount(text: string, fail: Fail): RunMountFlag {
  const options: Record<string, string> = {};
  for (const field of fieldsOf(text, fail)) {
    const [written, given] = cut(field);
    const key = ALIASES[written.trim().toLowerCase()] ?? written.trim().toLowerCase();
    if (key !== 'readwrite' && !KEYS.includes(key)) fail(`unexpected key '${shown(written)}' in '${shown(field)}'${suggestion(key, KEYS)}`);
    if (given === undefined && !FLAGS.has(key)) fail(`invalid field '${shown(field)}' must be a key=value pair`);
    const value = given ?? 'true';
    check(key, value, fail);
    if (key === 'readwrite') options['readonly'] = isTrue(value) ? 'false' : 'true';
    else options[key] = key === 'readonly' || key === 'required' ? String(isTrue(value)) : value;
  }
  const type = typeOf(options['type'], fail);
  for (const [key, types] of Object.entries(ONLY_FOR)) {
    if (options[key] !== undefined && !types.includes(type)) fail(`unexpected key '${key}' for mount type '${type}'`);
  }
  checkWhole(type, options, fail);
  return { type, options };
}

function typeOf(text: string | undefined, fail: Fail): MountType {
  const type = TYPES.find((one) => one === (text ?? 'bind').toLowerCase());
  return type ?? fail(`unsupported mount type ${JSON.stringify(shown(text ?? ''))}${suggestion(text ?? '', TYPES)}`);
}

/** What can be said of a value before its variables are known. */
function check(key: string, value: string, fail: Fail): void {
  if (key === 'from' && /\$./.test(value)) fail("'from' doesn't support variable expansion, define alias stage instead");
  if (value.includes('$') && key !== 'type') return;
  const isWrong =
    (FLAGS.has(key) && !/^(?:1|t|true|0|f|false)$/i.test(value)) ||
    (key === 'mode' && !/^[0-7]{1,5}$/.test(value)) ||
    ((key === 'uid' || key === 'gid') && !/^[0-9]{1,10}$/.test(value)) ||
    (key === 'size' && !/^[0-9]+(?:\.[0-9]+)? ?(?:[kmgtp]i?)?b?$/i.test(value));
  if (isWrong) fail(`invalid value for ${key}: ${shown(value)}`);
  if (key === 'sharing' && !SHARING.includes(value)) fail(`unsupported sharing value ${JSON.stringify(shown(value))}${suggestion(value, SHARING)}`);
}

function checkWhole(type: MountType, options: Readonly<Record<string, string>>, fail: Fail): void {
  if (type === 'secret') {
    if (options['from'] !== undefined) fail('secret mount should not have a from');
    if (options['source'] === undefined && options['target'] === undefined && options['id'] === undefined && options['env'] === undefined) {
      fail('invalid secret mount. one of source, target required');
    }
    if (options['source'] !== undefined && options['id'] !== undefined) fail("both source and id can't be set");
  }
}

function isTrue(value: string): boolean {
  return /^(?:1|t|true)$/i.test(value);
}

/** Comma-separated values; a field may stand between double quotes, two of which are one in it. */
function fieldsOf(text: string, fail: Fail): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y;
  while (field.lastIndex < text.length) {
    const start = field.lastIndex;
    const match = field.exec(text);
    if (match === null) return fail(`failed to parse csv mounts: ${JSON.stringify(shown(text.slice(start)))}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return fields;
}
