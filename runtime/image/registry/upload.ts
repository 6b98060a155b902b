import { Readable } from 'node:stream';
import type { Digest } from '../../base/digest.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import { hasBlob } from './have-blob.ts';
import { RETRY_AFTER, type RetryOptions, withRetries } from './retry.ts';
import type { RegistrySession } from './session.ts';
import { arrivedOf, askPlace, dropPlace, locationOf, openPlace, pushScope, type UploadPlace } from './upload-place.ts';
import { UploadSource } from './upload-source.ts';

export interface UploadedBlob {
  readonly digest: Digest;
  readonly size: number;
}

export interface BlobToUpload {
  /** Of the repository, as in a reference. */
  readonly repository: string;
  /** Gives the same bytes each time. */
  readonly open: () => Readable;
  readonly signal: AbortSignal;
  readonly onPause?: RetryOptions['onPause'];
}

/** What goes on behind a break says where it belongs, which takes pieces of a known length. */
const RESUMED_CHUNK = 8 * 1024 * 1024;
const LOST = new Set(['BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID', 'DIGEST_INVALID', 'RANGE_INVALID', 'SIZE_INVALID']);

/**
 * Sends a blob and says what it was. A broken upload goes on behind the last byte that the registry has; it begins anew only where the
 * registry has lost it. In chunks where the registry asks for them, else in one stream. Throws as the session does, and what the source throws.
 */
export async function uploadBlob(session: RegistrySession, { signal, onPause, ...blob }: BlobToUpload): Promise<UploadedBlob> {
  const upload = new Upload(session, { signal, ...blob });
  return await withRetries(signal, () => upload.attempt(), { progressed: () => upload.progressed, ...(onPause === undefined ? {} : { onPause }) });
}

export function uploadBytes(session: RegistrySession, repository: string, bytes: Uint8Array, signal: AbortSignal): Promise<UploadedBlob> {
  return uploadBlob(session, { repository, open: () => Readable.from([bytes], { objectMode: false }), signal });
}

/** One blob on its way, over as many attempts as it takes. */
class Upload {
  readonly #session: RegistrySession;
  readonly #blob: BlobToUpload;
  #place: UploadPlace | undefined;
  /** Known once all of it has been read. */
  #whole: UploadedBlob | undefined;
  /** More than has been sent, no registry can have. */
  #sent = 0;
  /** Bytes that the registry has. */
  #from = 0;
  #furthest = 0;
  #isResumed = false;
  /** Whether the last attempt brought the registry further than any before. */
  progressed = false;

  constructor(session: RegistrySession, blob: BlobToUpload) {
    this.#session = session;
    this.#blob = blob;
  }

  /** Throws Unavailable for what another attempt may mend. */
  async attempt(): Promise<UploadedBlob> {
    this.progressed = false;
    const place = (await this.#resume()) ?? (await this.#begin());
    try {
      const whole = place === undefined || this.#from === this.#whole?.size ? this.#whole : await this.#send(place);
      if (whole === undefined) throw mayPass('the registry answered before it had everything');
      this.#whole = whole;
      if (place !== undefined) await this.#finish(whole);
      return whole;
    } catch (error) {
      if (!this.#isLost(error)) throw error;
      if (this.#place !== undefined && error.kind !== 'NotFound') await dropPlace(this.#session, this.#blob.repository, this.#place);
      this.#place = undefined;
      throw new EngineError('Unavailable', error.message, { cause: error });
    }
  }

  async #resume(): Promise<UploadPlace | undefined> {
    if (this.#place === undefined) return undefined;
    const asked = await askPlace(this.#session, this.#blob.repository, this.#place, this.#blob.signal);
    if (asked === undefined || asked.has > this.#sent) return undefined;
    this.#place = asked.place;
    this.#isResumed = true;
    this.#reach(asked.has);
    return asked.place;
  }

  /** Undefined when the registry turns out to have all: its answer to the end of an earlier attempt was lost. */
  async #begin(): Promise<UploadPlace | undefined> {
    const { repository, signal } = this.#blob;
    if (this.#place !== undefined) await dropPlace(this.#session, repository, this.#place);
    this.#place = undefined;
    if (this.#whole !== undefined && (await hasBlob(this.#session, repository, this.#whole.digest, signal))) return undefined;
    this.#from = 0;
    this.#sent = 0;
    this.#isResumed = false;
    this.#place = await openPlace(this.#session, repository, signal);
    return this.#place;
  }

  async #send({ chunk = this.#from > 0 ? RESUMED_CHUNK : undefined }: UploadPlace): Promise<UploadedBlob | undefined> {
    using source = new UploadSource(this.#blob.open(), this.#from);
    try {
      if (chunk === undefined) {
        const arrived = await this.#patch(source.stream(), { 'transfer-encoding': 'chunked' });
        if (source.whole !== undefined) this.#check(arrived, source.position);
      } else {
        for await (const piece of source.chunks(chunk)) await this.#sendChunk(piece);
      }
      return source.whole;
    } catch (error) {
      this.#blob.signal.throwIfAborted();
      source.throwIfFailed();
      throw error;
    } finally {
      this.#sent = Math.max(this.#sent, source.position);
    }
  }

  async #sendChunk(chunk: Buffer): Promise<void> {
    const end = this.#from + chunk.length;
    this.#sent = Math.max(this.#sent, end);
    this.#check(await this.#patch(chunk, { 'content-range': `${this.#from}-${end - 1}` }), end);
    this.#reach(end);
  }

  /** Resolves to how many bytes the registry says it has. */
  async #patch(body: Readable | Buffer, extra: Readonly<Record<string, string>>): Promise<number | undefined> {
    const { repository, signal } = this.#blob;
    const headers = { 'content-type': 'application/octet-stream', ...extra };
    const path = this.#place?.location ?? '';
    const sent = await this.#session.send({ method: 'PATCH', path, scope: pushScope(repository), headers, body, expected: [202, 416], signal });
    sent.body.resume();
    if (sent.status === 416) throw mayPass('the registry has other bytes of the upload than it said');
    this.#place = { ...this.#place, location: locationOf(sent) };
    return arrivedOf(sent);
  }

  async #finish({ digest }: UploadedBlob): Promise<void> {
    const { repository, signal } = this.#blob;
    const end = new URL(this.#place?.location ?? '');
    end.searchParams.set('digest', digest);
    const headers = { 'content-length': '0' };
    const done = await this.#session.send({ method: 'PUT', path: end, scope: pushScope(repository), headers, expected: [201], signal });
    done.body.resume();
  }

  #reach(has: number): void {
    this.#from = has;
    this.progressed ||= has > this.#furthest;
    this.#furthest = Math.max(this.#furthest, has);
  }

  #check(arrived: number | undefined, sent: number): void {
    // `0-0` is said of one byte and of none.
    if (arrived !== undefined && arrived !== sent && sent > 1) throw mayPass(`the registry has ${arrived} of the ${sent} bytes that it was sent`);
  }

  /** A registry that was given bytes twice, or has cleaned up meanwhile, says so only now. */
  #isLost(error: unknown): error is EngineError {
    if (!isKind(error, 'NotFound', 'InvalidArgument')) return false;
    return error.kind === 'NotFound' || (this.#isResumed && LOST.has(String(error.details['code'])));
  }
}

function mayPass(message: string): EngineError {
  return new EngineError('Unavailable', message, { details: { [RETRY_AFTER]: 0 } });
}
