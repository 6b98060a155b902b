import { type ReactElement, type ReactNode, useState } from 'react';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { fullName, referenceProblem, registryOf } from '../../stores/image-reference.ts';
import { pullFailure } from '../../stores/pull-failure.ts';
import { tellFailure, useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { keptBytes } from '../../stores/task-kept.ts';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './pull-dialog.module.css';
import { PullProgress } from './pull-progress.tsx';
import { useSuggestions } from './use-suggestions.ts';

const words = t.pull;
const OTHER_PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/386', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64'];
const PLATFORMS = [{ value: '', label: words.ownPlatform }, ...OTHER_PLATFORMS.map((platform) => ({ value: platform, label: platform }))];

/** Open while a pull is asked for; what is in the field then may be given. */
export function PullDialog(): ReactElement | null {
  const asking = useUiState((state) => state.asking);
  if (asking?.command !== 'image.pull') return null;
  return <OpenPullDialog key={asking.ids[0] ?? ''} preset={asking.ids[0] ?? ''} />;
}

function OpenPullDialog({ preset }: { readonly preset: string }): ReactElement {
  const { ui, tasks } = useServices();
  const [reference, setReference] = useState(preset);
  const [platform, setPlatform] = useState('');
  const [tried, setTried] = useState(false);
  const [task, setTask] = useState('');
  const row = useTasks((state) => (task === '' ? undefined : state.tasks?.get(task)));
  const suggestions = useSuggestions(reference.trim());
  const problem = referenceProblem(reference.trim());
  const close = () => ui.setState({ asking: null });

  const name = fullName(reference.trim());
  const start = async () => setTask(await tasks.run({ kind: 'image.pull', reference: name, platform }));
  if (task !== '') return <Running row={row} name={name} onRetry={() => tasks.retry(task).then(setTask)} onChange={() => setTask('')} onClose={close} />;
  // A name is wrong only once it was finished: while it is typed it is merely not complete.
  const shown = problem !== null && (tried || (problem !== 'empty' && problem !== 'tag' && !/[./:@_-]$/.test(reference))) ? words.problems[problem] : undefined;
  return (
    <FormDialog
      title={words.action}
      action={words.start(problem === null ? reference.trim() : '')}
      failed={(why) => pullFailure(why, name).title}
      onClose={close}
      onTry={() => {
        setTried(true);
        return problem === null;
      }}
      onSend={start}
    >
      <SuggestField
        label={words.reference}
        value={reference}
        onChange={setReference}
        items={suggestions}
        placeholder={words.placeholder}
        error={shown}
        hint={words.hint}
        autoFocus
      />
      <div className={styles.platform}>
        <span aria-hidden="true">{words.platform}</span>
        <Select label={words.platform} value={platform} options={PLATFORMS} onChange={setPlatform} />
      </div>
    </FormDialog>
  );
}

function Running({
  row,
  name,
  onRetry,
  onChange,
  onClose,
}: {
  readonly row: TaskRow | undefined;
  readonly name: string;
  readonly onRetry: () => Promise<void>;
  /** Back to the form. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { ui, tasks, toasts } = useServices();
  const [retries, setRetries] = useState(false);
  const host = registryOf(name);
  const state = row?.state ?? 'running';
  const kept = row ? keptBytes(row, row.finishedAt) : 0;
  const retryWord = kept > 0 ? words.resume : words.retry;
  const login = () => ui.setState({ asking: { command: 'registry.login', ids: [host, name] } });
  const retry = async () => {
    if (retries) return;
    setRetries(true);
    await onRetry().catch((error: unknown) => tellFailure(toasts, words.failures.other(name), error));
    setRetries(false);
  };
  const buttons: Readonly<Record<TaskRow['state'], ReactNode>> = {
    running: (
      <>
        <Button disabled={!row} onClick={() => row && void tasks.cancel(row.id).catch(() => undefined)}>
          {words.stop}
        </Button>
        <Button onClick={onClose}>{words.background}</Button>
      </>
    ),
    done: (
      <>
        <Button onClick={onClose}>{t.close}</Button>
        <Button look="primary" onClick={() => ui.setState({ asking: null, run: { image: name } })}>
          {words.run(name)}
        </Button>
      </>
    ),
    canceled: (
      <>
        <Button onClick={onClose}>{t.close}</Button>
        <Button look={kept > 0 ? 'primary' : 'plain'} onClick={() => void retry()}>
          {retryWord}
        </Button>
      </>
    ),
    failed: (
      <>
        <Button onClick={onChange}>{words.change}</Button>
        <Button onClick={() => void retry()}>{retryWord}</Button>
        {pullFailure(row?.error ?? '', name).help === 'login' && (
          <Button look="primary" onClick={login}>
            {words.login(host)}
          </Button>
        )}
      </>
    ),
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={state === 'done' ? words.done(name) : state === 'running' ? words.progress(name) : words.action}
      footer={buttons[state]}
      reading
    >
      {state === 'failed' && <Failure message={row?.error ?? ''} name={name} />}
      {state === 'canceled' && <p>{words.canceled}</p>}
      {kept > 0 && row && <p className={styles.kept}>{words.kept(joined(diskSize(kept)), joined(diskSize(row.total)))}</p>}
      {(state === 'running' || state === 'done') && row && <PullProgress row={row} />}
      {!row && <p className={styles.hint}>{words.connecting}</p>}
    </Dialog>
  );
}

function Failure({ message, name }: { readonly message: string; readonly name: string }): ReactElement {
  const { title, why } = pullFailure(message, name);
  return (
    <div className={styles.failure} role="alert">
      <p className={styles.failureTitle}>{title}</p>
      {why !== '' && <p>{why}</p>}
      <details>
        <summary>{t.details}</summary>
        <pre>{visibleText(message)}</pre>
      </details>
    </div>
  );
}
