import { createHash } from 'node:crypto';
import { open, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { fileNameOf } from './file-name.ts';
import type { KeptDownloads } from './kept-downloads.ts';

export interface DownloadOptions {
  /** Empty: as the answer or the address says. */
  readonly fileName: string;
  /** `algorithm:hex` of sha256, sha384 or sha512. */
  readonly checksum: string | undefined;
  readonly login?: string | undefined;
  /** Bytes. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onProgress: (current: number, total?: number) => void;
}

const CHECKSUM = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/**
 * Puts what `address` answers into `directory`: mode 0600, with the time of Last-Modified, or that of the epoch so that the same bytes give the same
 * layer. Throws as openAddress does, InvalidArgument for bytes of another checksum, TooLarge.
 */
export async function download(
  downloads: Pick<KeptDownloads, 'open'>,
  address: string,
  directory: string,
  { fileName, checksum, login, limit, signal, onProgress }: DownloadOptions,
): Promise<Digest> {
  if (checksum !== undefined && !CHECKSUM.test(checksum))
    throw new EngineError('InvalidArgument', `invalid checksum ${JSON.stringify(checksum.slice(0, 200))}`);
  using answer = await downloads.open(address, { signal, login, checksum });
  const name = fileName === '' ? fileNameOf(address, answer.headers['content-disposition']) : fileName;
  const path = join(directory, name);
  const content = createHash('sha256');
  const algorithm = checksum?.slice(0, 6) ?? 'sha256';
  const checked = algorithm === 'sha256' ? content : createHash(algorithm);
  const length = Number(answer.headers['content-length']);
  const total = Number.isSafeInteger(length) ? length : undefined;
  await using file = await open(path, 'wx', 0o600);
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > limit) throw new EngineError('TooLarge', `${JSON.stringify(address.slice(0, 200))}: more than ${limit} bytes`);
    content.update(chunk);
    if (checked !== content) checked.update(chunk);
    await file.writeFile(chunk);
    onProgress(size, total);
  }
  const hex = content.digest('hex');
  const actual = `${algorithm}:${checked === content ? hex : checked.digest('hex')}`;
  if (checksum !== undefined && actual !== checksum) throw new EngineError('InvalidArgument', `digest mismatch ${actual}: ${checksum}`);
  const modified = Date.parse(answer.headers['last-modified'] ?? '');
  const time = Number.isNaN(modified) ? 0 : modified / 1000;
  await utimes(path, time, time);
  return digestOf(`${name}\0${hex}\0${time}`);
}
