import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { ContainerDependencies } from '../container/dependencies.ts';

/** Functions of node:fs that change something or that a start relies on. */
const FILE_CALLS = ['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'symlinkSync', 'openSync', 'writeSync'] as const;
const PARTS = ['launcher', 'snapshots', 'cgroups', 'network', 'volumes', 'privileges', 'records'] as const;

/** Only remember something. */
const CANNOT_FAIL: ReadonlySet<string> = new Set([
  'launcher.expectStart',
  'monitor.expectExec',
  'monitor.onOom',
  'network.release',
  'network.restore',
  'network.settle',
  'network.rename',
  'volumes.settleMounts',
  'volumes.unmount',
]);

type Act = (name: string) => void;
type AnyFunction = (...parameters: unknown[]) => unknown;

/**
 * Counts the calls a container service makes of what it stands on, files included, and has one of them go wrong. A call
 * that is to go wrong is never made.
 */
export class CallFaults implements Disposable {
  /** Names of the calls since the last `arm`, in order. */
  readonly calls: string[] = [];
  readonly #words: readonly string[];
  readonly #files = new Map<(typeof FILE_CALLS)[number], AnyFunction>();
  #at = -1;
  #act: Act = () => undefined;
  #isArmed = false;

  /** Calls of files count whose path has one of `words`. */
  constructor(words: readonly string[]) {
    this.#words = words;
    const functions = fs as unknown as Record<string, AnyFunction>;
    for (const name of FILE_CALLS) {
      const real = functions[name] as AnyFunction;
      this.#files.set(name, real);
      functions[name] = (...parameters) => {
        const path = parameters.find((one) => typeof one === 'string' && this.#words.some((word) => one.includes(word)));
        if (path !== undefined) this.#hit(`fs.${name}`);
        return real(...parameters);
      };
    }
    syncBuiltinESMExports();
  }

  /** From now on the call number `at` (the first is 0) runs `act`, which throws or ends the process; -1: only count. */
  arm(at: number, act: Act = failure): void {
    this.calls.length = 0;
    this.#at = at;
    this.#act = act;
    this.#isArmed = true;
  }

  /** True when a call went wrong. */
  disarm(): boolean {
    this.#isArmed = false;
    return this.#at >= 0 && this.calls.length > this.#at;
  }

  between(deps: ContainerDependencies): ContainerDependencies {
    const parts = PARTS.map((part) => [part, this.#watched(part, deps[part])] as const);
    const readInRoot: ContainerDependencies['readInRoot'] = (pid, path) => {
      this.#hit('readInRoot');
      return deps.readInRoot(pid, path);
    };
    return { ...deps, ...Object.fromEntries(parts), readInRoot };
  }

  [Symbol.dispose](): void {
    const functions = fs as unknown as Record<string, AnyFunction>;
    for (const [name, real] of this.#files) functions[name] = real;
    syncBuiltinESMExports();
  }

  #hit(name: string): void {
    if (!this.#isArmed) return;
    this.calls.push(name);
    if (this.calls.length - 1 === this.#at) this.#act(name);
  }

  /** The same object with its methods counted, and what they answer when that has methods of its own. */
  #watched<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        if (typeof key === 'symbol') return value.bind(target) as unknown;
        return (...parameters: unknown[]) => {
          const label = `${name}.${key}`;
          if (CANNOT_FAIL.has(label)) return (value as AnyFunction).apply(target, parameters);
          // A failing method that answers a promise rejects it.
          if (this.#isAsync(label)) return this.#later(label, target, value as AnyFunction, parameters);
          this.#hit(label);
          return (value as AnyFunction).apply(target, parameters);
        };
      },
    });
  }

  #isAsync(label: string): boolean {
    return /^(launcher|prepared|monitor)\.(?!onOom)|^snapshots\.(?!directories|list)|^cgroups\.(freeze|thaw|remove)$|^network\.connect$/.test(label);
  }

  async #later(label: string, target: object, method: AnyFunction, parameters: unknown[]): Promise<unknown> {
    this.#hit(label);
    const answer = await method.apply(target, parameters);
    if (label === 'launcher.prepare') return this.#watched('prepared', answer as object);
    return ['prepared.go', 'launcher.start'].includes(label) || (label === 'launcher.adopt' && 'exited' in (answer as object))
      ? this.#watched('monitor', answer as object)
      : answer;
  }
}

function failure(name: string): never {
  throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO', errno: -5 });
}
