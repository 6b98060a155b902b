import { EngineError } from '../../base/errors.ts';

const DEFAULT = 'ctrl-p,ctrl-q';
const CONTROL: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 };

/** `ctrl-p,ctrl-q` or `a,b` to the bytes typed. Throws InvalidArgument in Docker's words. */
export function parseDetachKeys(text: string | undefined): number[] {
  return (text || DEFAULT).split(',').map((key) => {
    if (key.length === 1 && key >= ' ' && key <= '~') return key.charCodeAt(0);
    const control = /^ctrl-(.)$/.exec(key)?.[1];
    const code = control === undefined ? undefined : control >= 'a' && control <= 'z' ? control.charCodeAt(0) - 96 : CONTROL[control];
    if (code === undefined) throw new EngineError('InvalidArgument', `Invalid detach keys (${(text ?? '').slice(0, 100)}) provided`);
    return code;
  });
}

/** Looks for the detach sequence in what is typed. A half-typed sequence is held back until it is known not to be one. */
export class DetachScanner {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What is to be passed on, and whether the sequence is complete; nothing after it is passed on. */
  scan(typed: Uint8Array): { readonly pass: Uint8Array; readonly isDetached: boolean } {
    if (this.#matched === 0 && !typed.includes(this.#keys[0] as number)) return { pass: typed, isDetached: false };
    const pass: number[] = [];
    for (const byte of typed) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) {
          this.#matched = 0;
          return { pass: Uint8Array.from(pass), isDetached: true };
        }
        continue;
      }
      pass.push(...this.#keys.slice(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), isDetached: false };
  }
}
