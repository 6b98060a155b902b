import { randomUUID } from 'node:crypto';
import type { TerminalRow, TerminalTarget } from '../ipc/contract/terminals.ts';
import { ShellError } from '../ipc/failure.ts';
import type { StartTerminal, TerminalSize } from './terminal-process.ts';
import { TerminalSession } from './terminal-session.ts';

/** More than anybody keeps open; each may hold a quarter of a megabyte. */
const MAX_SESSIONS = 64;

/** All terminals of this shell, which outlive the pages that show them. */
export class TerminalSessions implements AsyncDisposable {
  readonly #sessions = new Map<string, TerminalSession>();
  readonly #listeners = new Set<() => void>();

  get rows(): readonly TerminalRow[] {
    return [...this.#sessions.values()].map(({ row }) => row);
  }

  /** Calls `listener` after each change of `rows`. Returns its undo. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What cannot start is a session that says why. @throws ShellError when there are too many. */
  open(target: TerminalTarget, start: StartTerminal, size: TerminalSize): TerminalSession {
    if (this.#sessions.size >= MAX_SESSIONS) throw new ShellError(`more than ${MAX_SESSIONS} terminals are open; close some first`, 429);
    const session = new TerminalSession(randomUUID(), target, start, size, () => this.#tell());
    this.#sessions.set(session.id, session);
    this.#tell();
    return session;
  }

  /** @throws ShellError for one that is closed. */
  get(id: string): TerminalSession {
    const session = this.#sessions.get(id);
    if (!session) throw new ShellError('this terminal was closed', 404);
    return session;
  }

  /** Idempotent. */
  async close(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    this.#tell();
    await session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((id) => this.close(id)));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
