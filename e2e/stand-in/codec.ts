/** Structured clone as text, for the values that the contract carries: JSON and bytes. */
const MARK = '$bytes';

export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array
      ? { [MARK]: Buffer.from(part).toString('base64') }
      : isBuffer(part)
        ? { [MARK]: Buffer.from(part.data).toString('base64') }
        : part,
  );
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => (isMarked(part) ? new Uint8Array(Buffer.from(part[MARK], 'base64')) : part));
}

/** `Buffer` turns itself into this before the replacer sees it. */
function isBuffer(part: unknown): part is { data: number[] } {
  return typeof part === 'object' && part !== null && (part as { type?: unknown }).type === 'Buffer' && Array.isArray((part as { data?: unknown }).data);
}

function isMarked(part: unknown): part is { [MARK]: string } {
  return typeof part === 'object' && part !== null && typeof (part as Record<string, unknown>)[MARK] === 'string';
}
