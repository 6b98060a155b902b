const LAST = Buffer.from('0\r\n\r\n');
const AFTER_DATA = Buffer.from('\r\n0\r\n\r\n');

/** Reads one answer of HTTP/1.1 (RFC 9112 section 6), as it comes. */
export class AnswerReader {
  #bytes: Buffer = Buffer.alloc(0);
  #bodyAt = -1;
  /** Bytes of the body; null: it ends with its last chunk or with the connection. */
  #size: number | null = null;
  #isChunked = false;
  status = 0;
  /** The connection can be used again. */
  keepsOpen = false;

  /** True when the answer is whole. */
  take(chunk: Buffer): boolean {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (this.#bodyAt < 0 && !this.#readHead()) return false;
    const body = this.#bytes.subarray(this.#bodyAt);
    if (this.#size !== null) return body.length >= this.#size;
    return this.#isChunked && (body.length === 5 ? body.equals(LAST) : body.subarray(-7).equals(AFTER_DATA));
  }

  /** The connection has ended; true when the answer is whole by that. */
  end(): boolean {
    this.keepsOpen = false;
    return this.#bodyAt >= 0 && this.#size === null && !this.#isChunked;
  }

  get body(): string {
    const body = this.#bytes.subarray(this.#bodyAt);
    return this.#isChunked ? unchunked(body) : body.toString();
  }

  #readHead(): boolean {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#bytes.toString('latin1', 0, end);
    this.#bodyAt = end + 4;
    this.status = Number(head.slice(9, 12));
    this.#isChunked = /^transfer-encoding: *chunked/im.test(head);
    const size = /^content-length: *(\d+)/im.exec(head)?.[1];
    this.#size = this.status === 204 || this.status === 304 ? 0 : size === undefined ? null : Number(size);
    this.keepsOpen = (this.#size !== null || this.#isChunked) && !/^connection: *close/im.test(head);
    return true;
  }
}

/** The body of a chunked answer (RFC 9112 section 7.1), without trailers. */
function unchunked(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const line = content.indexOf('\r\n', at);
    const size = Number.parseInt(content.toString('latin1', at, line), 16);
    if (!(size > 0)) break;
    parts.push(content.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
  return Buffer.concat(parts).toString();
}
