/** Bytes of a text that are shown and can be changed. */
export const MAX_TEXT = 1024 * 1024;
/** Bytes of a picture that are shown. */
export const MAX_IMAGE = 8 * 1024 * 1024;
/** Bytes that are shown as such. */
export const MAX_HEX = 64 * 1024;
const PER_LINE = 16;

/** Pictures of plain pixels; an SVG is a program of its own and shown as text. */
const PICTURES: readonly (readonly [type: string, start: string])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/bmp', 'BM'],
];

export type Content =
  | { readonly kind: 'image'; readonly type: string }
  /** `ends`: what its lines end with; null: some with this and some with that. */
  | { readonly kind: 'text'; readonly text: string; readonly ends: '\n' | '\r\n' | null }
  | { readonly kind: 'bytes' };

/** What the first bytes of a file are; `whole`: there are no more. */
export function contentOf(bytes: Uint8Array, whole: boolean): Content {
  const type = pictureType(bytes);
  if (type !== null) return { kind: 'image', type };
  const text = textOf(bytes, whole);
  return text === null ? { kind: 'bytes' } : { kind: 'text', text: text.replaceAll('\r\n', '\n'), ends: lineEnds(text) };
}

export function pictureType(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'image/webp';
  return PICTURES.find(([, magic]) => start.startsWith(magic))?.[0] ?? null;
}

/** Null: it is none. A character that the end cuts in two is left out. */
function textOf(bytes: Uint8Array, whole: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !whole });
  } catch {
    return null;
  }
}

function lineEnds(text: string): '\n' | '\r\n' | null {
  const pairs = text.split('\r\n').length - 1;
  if (pairs === 0) return text.includes('\r') ? null : '\n';
  const feeds = text.split('\n').length - 1;
  const returns = text.split('\r').length - 1;
  return pairs === feeds && pairs === returns ? '\r\n' : null;
}

/** The bytes that a text of a field is in its file. */
export const encodeText = (text: string, ends: '\n' | '\r\n'): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(ends === '\n' ? text : text.replaceAll('\n', ends));

/** `00000010  68 65 6c 6c 6f …  |hello|`, sixteen bytes a line. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = [...bytes.subarray(at, at + PER_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0'));
    const text = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}  ${text}`);
  }
  return lines.join('\n');
}
