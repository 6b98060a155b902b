import { t } from '../../strings/t.ts';
import { splitCommand } from '../../ui/command-words.ts';

const words = t.terminal;

export interface SessionForm {
  readonly command: string;
  readonly user: string;
  readonly workingDir: string;
}
export type SessionProblems = { readonly [K in keyof SessionForm]?: string };

/** What the engine would refuse, in words, by field. */
export function checkSession({ command, user, workingDir }: SessionForm): SessionProblems {
  const split = splitCommand(command);
  return {
    ...(split === null ? { command: words.quotes } : split.length === 0 ? { command: words.commandMissing } : {}),
    // Docker's form: a name or number, and the same for a group.
    ...(user === '' || /^[\w.][\w.$-]*(:[\w.][\w.$-]*)?$/.test(user) ? {} : { user: words.badUser }),
    ...(workingDir === '' || workingDir.startsWith('/') ? {} : { workingDir: words.badDirectory }),
  };
}
