import { type DeepLink, LINK_PLACES } from '../ipc/contract/app-commands.ts';

const OBJECTS = ['container', 'image', 'volume', 'network'] as const;

const MAX_LINK = 2048;
/** Names and references of objects; what else a name has cannot be one, and is not worth a search. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,1023}$/;
const TAB = /^[a-z-]{1,32}$/;
/** Letters that are shown; no control signs, which could pretend to be something else. */
const TEXT = /^[^\p{Cc}\p{Cf}]{1,200}$/u;

/** Null: no address of ours, or one that asks for what it may not. */
export function parseLink(address: string): DeepLink | null {
  if (address.length > MAX_LINK || !/^slipway:\/\//i.test(address)) return null;
  // Not by URL: it takes the verb for the name of a host, which has rules of its own.
  const [path = '', query = ''] = address.slice('slipway://'.length).split('#', 1)[0]?.split('?', 2) ?? [];
  const slash = path.indexOf('/');
  const verb = (slash < 0 ? path : path.slice(0, slash)).toLowerCase();
  const rest = decoded(slash < 0 ? '' : path.slice(slash + 1).replace(/\/+$/, ''));
  const parameter = (name: string): string => new URLSearchParams(query).get(name) ?? '';
  if (rest === null) return null;

  const object = OBJECTS.find((one) => one === verb);
  if (object) {
    const tab = parameter('tab');
    return NAME.test(rest) && (tab === '' || TAB.test(tab)) ? { verb: object, name: rest, tab } : null;
  }
  if (rest !== '') return null;
  if (verb === 'run' || verb === 'pull') {
    const image = parameter('image');
    return NAME.test(image) ? { verb, image } : null;
  }
  if (verb === 'search') return TEXT.test(parameter('q')) ? { verb, text: parameter('q') } : null;
  const place = LINK_PLACES.find((one) => one === verb);
  return place ? { verb: 'show', place } : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
