import { CircleAlert, CircleCheck, FileArchive, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { LoadTask } from '../../stores/load-store.ts';
import { useServices } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { MiddleText } from '../../ui/middle-text.tsx';
import { visibleName, visibleText } from '../../ui/visible-text.ts';
import styles from './load-list.module.css';

/** Archives that are being loaded or were, until they are dismissed. */
export function LoadList(): ReactElement | null {
  const { loads } = useServices();
  const tasks = useStore(loads, (state) => state.tasks);
  if (tasks.length === 0) return null;
  return (
    <div className={styles.list} role="list" aria-label={t.loads.label}>
      {tasks.map((task) => (
        <Task key={task.id} task={task} />
      ))}
    </div>
  );
}

const ICONS = { waiting: FileArchive, running: FileArchive, done: CircleCheck, failed: CircleAlert, canceled: FileArchive } as const;

function stateText(task: LoadTask): string {
  const words = t.loads;
  switch (task.state) {
    case 'waiting':
      return words.waiting;
    case 'running':
      return task.current < task.total
        ? `${task.phase || words.sending} · ${words.progressOf(joined(diskSize(task.current)), joined(diskSize(task.total)))}`
        : task.phase || words.sending;
    case 'done':
      return words.done(task.loaded);
    case 'failed':
      return words.failed;
    case 'canceled':
      return words.canceled;
  }
}

function Task({ task }: { readonly task: LoadTask }): ReactElement {
  const { loads, ui } = useServices();
  const Icon = ICONS[task.state];
  const active = task.state === 'waiting' || task.state === 'running';
  const share = task.total > 0 ? Math.min(1, task.current / task.total) : 0;
  const [first] = task.loaded;
  const name = visibleName(task.name);
  return (
    <div className={styles.task} role="listitem" data-state={task.state}>
      <Icon />
      <div className={styles.line}>
        <MiddleText text={name} className={styles.name} />
        <span className={styles.state} role="status">
          {stateText(task)}
        </span>
      </div>
      <div className={styles.buttons}>
        {task.state === 'done' && first !== undefined && (
          <Button
            small
            look="primary"
            aria-label={t.images.runOne(first)}
            onClick={() => {
              loads.dismiss(task.id);
              ui.setState({ run: { image: first } });
            }}
          >
            {t.loads.run}
          </Button>
        )}
        {active ? (
          <Button small aria-label={t.loads.cancel(name)} onClick={() => loads.cancel(task.id)}>
            {t.cancel}
          </Button>
        ) : (
          <IconButton small label={t.dismiss} onClick={() => loads.dismiss(task.id)}>
            <X />
          </IconButton>
        )}
      </div>
      {task.state === 'running' && (
        <div
          className={styles.bar}
          role="progressbar"
          aria-label={t.loads.progress(name)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
        >
          <div className={cx(styles.fill, share === 1 && styles.working)} style={{ inlineSize: `${share * 100}%` }} />
        </div>
      )}
      {task.error !== '' && <div className={styles.message}>{visibleText(task.error)}</div>}
    </div>
  );
}
