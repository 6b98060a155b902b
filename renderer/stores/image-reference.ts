/** Why a text is no name of an image; keys of the words for it. */
export type ReferenceProblem = 'empty' | 'uppercase' | 'format' | 'tag' | 'digest' | 'id' | 'long';

interface Parts {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

// The engine's grammar, which is the one of distribution/reference.
const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HUB = 'docker.io';

/** Cuts a name of an image; a colon before the last slash belongs to a port. */
export function partsOf(text: string): Parts {
  const at = text.indexOf('@');
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? rest : rest.slice(0, colon),
    tag: colon < 0 ? undefined : rest.slice(colon + 1),
    digest: at < 0 ? undefined : text.slice(at + 1),
  };
}

function split(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  return { domain: !isDomain || first === 'index.docker.io' ? HUB : first, path: isDomain ? name.slice(slash + 1) : name };
}

/** Null: the engine takes it. */
export function referenceProblem(text: string): ReferenceProblem | null {
  if (text === '') return 'empty';
  if (/^[0-9a-f]{64}$/.test(text)) return 'id';
  const { name, tag, digest } = partsOf(text);
  const { domain, path } = split(name);
  if (domain.length + 1 + path.length > 255 - (domain === HUB && !path.includes('/') ? 8 : 0)) return 'long';
  if (path !== path.toLowerCase()) return 'uppercase';
  if (!DOMAIN.test(domain) || !path.split('/').every((component) => COMPONENT.test(component))) return 'format';
  if (tag !== undefined && !TAG.test(tag)) return 'tag';
  if (digest !== undefined && !DIGEST.test(digest)) return 'digest';
  return null;
}

/** The registry that a name says; `docker.io` where it says none. */
export const registryOf = (text: string): string => split(partsOf(text).name).domain;

/** As the engine lists it: with the tag that it takes where none is said, and Docker's own registry left out. */
export function fullName(text: string): string {
  const { name, tag, digest } = partsOf(text);
  const short = name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  return digest === undefined ? `${short}:${tag ?? 'latest'}` : `${short}@${digest}`;
}
