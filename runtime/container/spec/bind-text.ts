import { EngineError } from '../../base/errors.ts';
import { checkSource, checkTarget, isPropagation } from './mount-path.ts';
import type { BindMount, Propagation, VolumeMount } from './user-mount.ts';

/** Each kind of word may stand once. Labels and consistency are for other platforms and change nothing here. */
const KINDS: Readonly<Record<string, string>> = {
  ro: 'access',
  rw: 'access',
  z: 'label',
  Z: 'label',
  nocopy: 'copy',
  consistent: 'consistency',
  cached: 'consistency',
  delegated: 'consistency',
};

interface Mode {
  readonly readonly: boolean;
  readonly nocopy: boolean;
  readonly propagation: Propagation | undefined;
}

/** One entry of Binds: `source:target[:mode]`, the source a host path or the name of a volume, or a target alone. */
export function parseBind(text: string, driver: string): BindMount | VolumeMount {
  const parts = text.split(':');
  const [first = '', second, words = ''] = parts;
  const prefix = `invalid volume specification: '${text.slice(0, 1024)}'`;
  // A mode in the place of the target is a frequent slip: volumes without a name have none.
  if (first === '' || parts.length > 3 || (parts.length === 2 && second !== undefined && parseMode(second) !== null)) {
    throw new EngineError('InvalidArgument', prefix);
  }
  const mode = parseMode(words);
  if (mode === null) throw new EngineError('InvalidArgument', `invalid mode: ${words.slice(0, 256)}`);
  const { readonly, nocopy, propagation } = mode;
  const [source, target] = second === undefined ? ['', first] : [first, second];
  const type = source.startsWith('/') ? 'bind' : 'volume';
  const detail = `${prefix}: invalid mount config for type "${type}": `;
  if (target === '') throw new EngineError('InvalidArgument', `${detail}field Target must not be empty`);
  const place = checkTarget(target, detail);
  if (type === 'bind') {
    return {
      type,
      source: checkSource(source, detail),
      target: place,
      readonly: readonly && 'all',
      recursive: true,
      propagation: propagation ?? 'rprivate',
      createSource: true,
    };
  }
  if (propagation !== undefined) throw new EngineError('InvalidArgument', `${detail}field BindOptions must not be specified`);
  return { type, name: source, target: place, readonly, nocopy, subpath: '', driver, driverOptions: {}, labels: {} };
}

/** Null for what is no mode. */
function parseMode(text: string): Mode | null {
  const words = text === '' ? [] : text.split(',');
  const kinds = words.map((word) => (isPropagation(word) ? 'propagation' : Object.hasOwn(KINDS, word) ? KINDS[word] : undefined));
  if (kinds.includes(undefined) || new Set(kinds).size !== kinds.length) return null;
  return { readonly: words.includes('ro'), nocopy: words.includes('nocopy'), propagation: words.find(isPropagation) };
}
