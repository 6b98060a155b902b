import { posix } from 'node:path';

const FALLBACK = 'download';
const NAME_BYTES = 255;

/** What BuildKit calls a download: by Content-Disposition, else by the end of the address's path, else `download`. */
export function fileNameOf(address: string, disposition: string | undefined): string {
  return valid(fromDisposition(disposition)) ?? valid(posix.basename(decoded(URL.parse(address)?.pathname ?? ''))) ?? FALLBACK;
}

/** RFC 6266: `filename*` goes before `filename`. Only the last part of a path counts. */
function fromDisposition(disposition = ''): string {
  const extended = /;\s*filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return posix.basename(decoded(extended));
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(disposition) ?? [];
  return posix.basename(quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function valid(name: string): string | undefined {
  return name === '' || name === '.' || name === '..' || /[\0/]/.test(name) || Buffer.byteLength(name) > NAME_BYTES ? undefined : name;
}
