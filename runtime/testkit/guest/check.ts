import { messageOf } from '../../base/errors.ts';

export interface CheckResult {
  /** `GROUP: CHECK` */
  readonly name: string;
  /** Null: it passed. */
  readonly error: string | null;
  readonly milliseconds: number;
}

/** A figure that is told and not judged. */
export interface Note {
  readonly note: string;
}

/** Checks that share what `open` makes. */
export interface CheckGroup {
  readonly names: readonly string[];
  run(report: (message: CheckResult | Note) => void): Promise<void>;
}

const LIMIT_SECONDS = 120;
/** Reported for each group: closing what it has shared, which is where leaks are looked for. */
const CLOSES = 'leaves nothing behind';

/** The checks run in order. When the common part cannot be made, all of them fail by its error. */
export function checkGroup<Shared extends AsyncDisposable>(
  title: string,
  open: () => Promise<Shared> | Shared,
  checks: Readonly<Record<string, (shared: Shared, note: (text: string) => void) => Promise<void> | void>>,
): CheckGroup {
  const nameOf = (check: string): string => `${title}: ${check}`;
  return {
    names: [...Object.keys(checks), CLOSES].map(nameOf),
    async run(report) {
      const timed = async (check: string, body: () => Promise<void> | void): Promise<void> => {
        const begin = performance.now();
        const error = await Promise.race([Promise.try(body), expiry()]).then(() => null, describe);
        report({ name: nameOf(check), error, milliseconds: Math.round(performance.now() - begin) });
      };
      let opening: Promise<Shared> | null = null;
      const shared = (): Promise<Shared> => (opening ??= Promise.try(open));
      for (const [check, body] of Object.entries(checks)) await timed(check, async () => body(await shared(), (note) => report({ note })));
      await timed(CLOSES, async () => {
        await using _ = await shared();
      });
    },
  };
}

/** What hangs must not take the checks after it along. */
function expiry(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not done within ${LIMIT_SECONDS} s`)), LIMIT_SECONDS * 1000).unref();
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

/** Polls until `holds` gives something truthy; throws with `what` after `seconds`. The machine may be emulated on a busy one. */
export async function eventually<Value>(what: string, holds: () => Value | Promise<Value>, seconds = 20): Promise<Value> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
