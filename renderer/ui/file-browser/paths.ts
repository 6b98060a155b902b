import type { Words } from '../../strings/words.ts';

/** Longest name of a Linux file system, in bytes. */
const MAX_NAME = 255;

/** What the engine writes for a byte that is not UTF-8, and for a backslash of a name that could be taken for one. */
const ESCAPE = /(\\x(?:5c|[89a-f][0-9a-f]))/;

/** A name or path as it is listed has bytes that are written out. */
export const hasEscapes = (name: string): boolean => ESCAPE.test(name);

export interface NamePart {
  readonly text: string;
  readonly isByte: boolean;
}

/** A listed name, apart from the bytes that are written out in it. */
export const partsOf = (name: string): readonly NamePart[] =>
  name.split(ESCAPE).flatMap((text, index) => (text === '' ? [] : [{ text, isByte: index % 2 === 1 }]));

/** As the engine lists a path of this machine, which has letters alone: what looks like such a byte is none. */
export const listedAs = (path: string): string =>
  path
    .split('/')
    .map((name) => (hasEscapes(name) ? name.replaceAll('\\', '\\x5c') : name))
    .join('/');

export const joinPath = (folder: string, name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);

export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export interface Crumb {
  /** Empty for the root. */
  readonly name: string;
  readonly path: string;
}

/** The folders on the way to `path`, the root first, it last. */
export function crumbsOf(path: string): readonly Crumb[] {
  const crumbs: Crumb[] = [{ name: '', path: '/' }];
  for (const name of path.split('/').filter(Boolean)) crumbs.push({ name, path: joinPath(crumbs.at(-1)?.path ?? '/', name) });
  return crumbs;
}

/** A path as a person writes it: absolute, without steps back or doubled slashes. */
export function cleanPath(written: string): string {
  const names: string[] = [];
  for (const name of written.trim().split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** Why `name` cannot be given to something new; null: it can. */
export function nameProblem(name: string, taken: ReadonlySet<string>): keyof Words['files']['nameErrors'] | null {
  if (name === '') return 'empty';
  if (name.includes('/')) return 'slash';
  if (name === '.' || name === '..') return 'dots';
  if ([...name].some((character) => character < ' ' || character === '\u007f')) return 'nul';
  const bytes = partsOf(name).reduce((sum, { text, isByte }) => sum + (isByte ? 1 : new TextEncoder().encode(text).length), 0);
  if (bytes > MAX_NAME) return 'long';
  return taken.has(name) ? 'taken' : null;
}
