/** Of one step that waits for its turn, or whose client does not read. */
const LIMIT = 2 * 1024 * 1024;

/** Output of a step as text, as far as it was not taken yet. */
export class StepOutput {
  readonly #decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  #text = '';
  #isClipped = false;

  add(stream: 1 | 2, data: Uint8Array): void {
    const text = this.#decoders[stream].decode(data, { stream: true });
    if (this.#isClipped) return;
    this.#text += text;
    if (this.#text.length <= LIMIT) return;
    this.#text = `${this.#text.slice(0, LIMIT)}\n[output clipped: more than ${LIMIT} bytes were waiting]\n`;
    this.#isClipped = true;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    this.#isClipped = false;
    return text;
  }
}
