import { type FormEvent, type ReactElement, useId, useState } from 'react';
import type { ContainerShells } from '../../../electron/ipc/contract/terminals.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { splitCommand } from '../../ui/command-words.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import styles from './session-dialog.module.css';
import { checkSession, type SessionForm } from './session-form.ts';

const words = t.terminal;

export interface SessionChoice {
  readonly command: readonly string[];
  readonly user: string;
  readonly workingDir: string;
}

/** Any command, as any user, anywhere in a container. */
export function SessionDialog({
  name,
  found,
  onOpen,
  onClose,
}: {
  readonly name: string;
  readonly found: ContainerShells;
  readonly onOpen: (choice: SessionChoice) => void;
  readonly onClose: () => void;
}): ReactElement {
  const formId = useId();
  const [form, setForm] = useState<SessionForm>({ command: found.shells[0] ?? '', user: '', workingDir: '' });
  const [tried, setTried] = useState(false);
  const problems = checkSession(form);
  const set = (change: Partial<SessionForm>) => setForm((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const command = splitCommand(form.command);
    if (Object.keys(problems).length > 0 || command === null) return;
    onOpen({ command, user: form.user, workingDir: form.workingDir });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.dialogFor(name)}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" form={formId}>
            {words.openIt}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={submit}>
        <SuggestField
          autoFocus
          label={words.command}
          value={form.command}
          items={found.shells}
          placeholder={words.commandHint}
          error={tried || form.command !== '' ? problems.command : undefined}
          onChange={(command) => set({ command })}
        />
        <div className={styles.pair}>
          <SuggestField
            label={words.user}
            value={form.user}
            items={found.users}
            placeholder={found.user === '' ? 'root' : found.user}
            error={problems.user}
            onChange={(user) => set({ user })}
          />
          <TextField
            mono
            label={words.directory}
            value={form.workingDir}
            placeholder={found.workingDir === '' ? '/' : found.workingDir}
            error={problems.workingDir}
            onChange={(workingDir) => set({ workingDir })}
          />
        </div>
      </form>
    </Dialog>
  );
}
