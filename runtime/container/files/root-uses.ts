import { EngineError } from '../../base/errors.ts';

/** A container's root directory, open. */
export interface OpenedRoot extends AsyncDisposable {
  readonly fd: number;
  /** Of a process that sees it as its root. */
  readonly pid: number;
}

/** What something outside of a container holds of its files; `signal` is aborted with Conflict when the container needs them for itself. */
type Used<Held> = Held & AsyncDisposable & { readonly signal: AbortSignal };

export type RootUse = Used<OpenedRoot>;

/** `writer`: holds an overlay of the container's own upper directory, of which there must not be two. */
type UseKind = 'writer' | 'reader';

interface Use {
  readonly kind: UseKind;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Who uses the files of one container from outside. A start waits for writers, a removal for all, and after a while they
 * end them. A container that does not run has one view that its users share.
 */
export class RootUses {
  readonly #uses = new Set<Use>();
  #view: { readonly opened: Promise<OpenedRoot>; users: number } | null = null;
  #closing: Promise<unknown> = Promise.resolve();

  /** Keeps `held`, which is this use's own, until it is disposed of. */
  own<Held extends AsyncDisposable>(held: Held, kind: UseKind): Used<Held> {
    return this.#use(held, kind, async () => held[Symbol.asyncDispose]());
  }

  /** The view that `make` makes, or one that is there. To be called in the container's turn. */
  async share(make: () => Promise<OpenedRoot>): Promise<RootUse> {
    this.#view ??= { opened: this.#open(make), users: 0 };
    const view = this.#view;
    view.users++;
    const leave = async (): Promise<void> => {
      view.users--;
      if (view.users > 0) return;
      if (this.#view === view) this.#view = null;
      const closing = view.opened.then(async (root) => {
        await root[Symbol.asyncDispose]();
      });
      this.#closing = closing.catch(() => undefined);
      await this.#closing;
    };
    try {
      return this.#use(await view.opened, 'writer', leave);
    } catch (error) {
      await leave();
      throw error;
    }
  }

  /** Resolves once nothing of `kinds` uses the files. What takes longer than `graceMs` is ended, with `reason` as its failure. */
  async vacate(kinds: readonly UseKind[], graceMs: number, reason: string): Promise<void> {
    const uses = [...this.#uses].filter(({ kind }) => kinds.includes(kind));
    if (uses.length > 0) {
      const all = Promise.allSettled(uses.map(({ ended }) => ended));
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([all, late]);
      clearTimeout(timer);
      for (const use of uses) if (this.#uses.has(use)) use.controller.abort(new EngineError('Conflict', reason));
      await all;
    }
    await this.#closing;
  }

  async #open(make: () => Promise<OpenedRoot>): Promise<OpenedRoot> {
    await this.#closing;
    return await make();
  }

  #use<Held>(held: Held, kind: UseKind, leave: () => Promise<void>): Used<Held> {
    const controller = new AbortController();
    const ended = Promise.withResolvers<void>();
    const use: Use = { kind, controller, ended: ended.promise };
    this.#uses.add(use);
    let isEnded = false;
    return {
      ...held,
      signal: controller.signal,
      [Symbol.asyncDispose]: async () => {
        if (isEnded) return;
        isEnded = true;
        try {
          await leave();
        } finally {
          this.#uses.delete(use);
          ended.resolve();
        }
      },
    };
  }
}
