import { type Digest, isDigest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';

/** An image name in full: `docker.io/library/busybox` with a tag, a digest, both or neither. */
export interface Reference {
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';
/** NameTotalLengthMax of distribution/reference. */
const NAME_LENGTH = 255;
/** A name, the longest tag, a digest and their separators fit in this. */
const TEXT_LENGTH = 512;

// The grammar of distribution/reference (regexp.go), anchored.
const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const IDENTIFIER = /^[0-9a-f]{64}$/;

/**
 * Parses and normalises a name as Docker does: `busybox` is `docker.io/library/busybox`. No tag is added.
 * Throws InvalidArgument with Docker's words.
 */
export function parseReference(text: string): Reference {
  if (IDENTIFIER.test(text)) {
    throw new EngineError('InvalidArgument', `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  if (text.length > TEXT_LENGTH) throw invalid();
  const { name, tag, digest } = splitSuffixes(text);
  const { domain, path } = splitDomain(name);
  if (path !== path.toLowerCase()) {
    throw new EngineError('InvalidArgument', `invalid reference format: repository name (${path}) must be lowercase`);
  }
  if (!DOMAIN.test(domain) || !path.split('/').every((component) => COMPONENT.test(component))) throw invalid();
  if (tag !== undefined && !TAG.test(tag)) throw invalid();
  if (digest !== undefined && !isDigest(digest)) throw invalid();
  if (domain.length + 1 + path.length > NAME_LENGTH) {
    throw new EngineError('InvalidArgument', `repository name must not be more than ${NAME_LENGTH} characters`);
  }
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** `latest` where neither a tag nor a digest is given. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/**
 * The name that an image is to get: `tag` in place of the name's own, `latest` where there is none. Throws InvalidArgument, also for what could be
 * taken for a digest.
 */
export function newName(repository: string, tag = ''): Reference {
  const reference = parseReference(repository);
  if (reference.digest !== undefined) throw new EngineError('InvalidArgument', 'refusing to create a tag with a digest reference');
  if (familiarName(reference) === 'sha256') throw new EngineError('InvalidArgument', 'refusing to create an ambiguous tag using digest algorithm as name');
  return withDefaultTag(tag === '' ? reference : withTag(reference, tag));
}

/** Throws InvalidArgument in Docker's words. */
export function withTag(reference: Reference, tag: string): Reference {
  if (!TAG.test(tag)) throw new EngineError('InvalidArgument', `invalid tag format: ${JSON.stringify(tag.slice(0, 200))}`);
  return { ...reference, tag };
}

/** The full name without tag and digest, e.g. `docker.io/library/busybox`. */
function repositoryOf({ domain, path }: Reference): string {
  return `${domain}/${path}`;
}

/** The full form; the key under which a name is stored. */
export function formatReference(reference: Reference): string {
  return repositoryOf(reference) + suffixOf(reference);
}

/** The repository as Docker prints it: without `docker.io/` and `library/`. */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const rest = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  return rest.includes('/') ? path : rest;
}

/** The reference as Docker prints it, e.g. `busybox:latest`. */
export function familiarString(reference: Reference): string {
  return familiarName(reference) + suffixOf(reference);
}

function suffixOf({ tag, digest }: Reference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitSuffixes(text: string): { name: string; tag?: string; digest?: string } {
  const at = text.indexOf('@');
  const rest = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? {} : { digest: text.slice(at + 1) };
  // A colon before the last slash belongs to a port.
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0 ? { name: rest, ...digest } : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), ...digest };
}

function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = !isDomain || first === 'index.docker.io' ? DEFAULT_DOMAIN : first;
  const path = isDomain ? name.slice(slash + 1) : name;
  return { domain, path: domain === DEFAULT_DOMAIN && !path.includes('/') ? OFFICIAL + path : path };
}

function invalid(): EngineError {
  return new EngineError('InvalidArgument', 'invalid reference format');
}
