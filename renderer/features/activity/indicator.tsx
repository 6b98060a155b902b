import { Popover } from '@base-ui/react/popover';
import { Activity, Ban } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { useServices, useTasks } from '../../stores/services.tsx';
import { runningTasks, shareOf } from '../../stores/task-store.ts';
import { thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { ProgressBar, ProgressRing } from '../../ui/progress.tsx';
import { kindIcon } from './cells.tsx';
import { cancelTask } from './commands.tsx';
import styles from './indicator.module.css';
import { amountText, leftText, percentText, phaseText, rateText, shareOfAll, taskTitle } from './view-model.ts';

const words = t.activity;

/** In the title bar: how many tasks run and how far they are; a click shows each of them. */
export function TaskIndicator(): ReactElement {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const tasks = useTasks((state) => state.tasks);
  const running = useMemo(() => runningTasks(tasks), [tasks]);
  const share = shareOfAll(running);
  const label = words.indicator(running.length, percentText(share));
  const show = (path: string) => {
    setOpen(false);
    navigate(path);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button look="quiet" small className={styles.trigger} aria-label={label} title={label}>
            {running.length === 0 ? <Activity /> : <ProgressRing label={label} share={share} />}
            {running.length > 0 && <span aria-hidden="true">{thousands(running.length)}</span>}
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" collisionPadding={8} className={styles.positioner}>
          <Popover.Popup className={styles.popup} aria-label={words.title}>
            {running.length === 0 ? (
              <p className={styles.none}>{words.nothingRuns}</p>
            ) : (
              <ul className={styles.list} aria-label={words.running(running.length)}>
                {running.map((row) => (
                  <Running key={row.id} row={row} onShow={() => show(`/activity/${row.id}`)} />
                ))}
              </ul>
            )}
            <div className={styles.foot}>
              <Button small look="quiet" onClick={() => show('/activity')}>
                {words.showAll}
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Running({ row, onShow }: { readonly row: TaskRow; readonly onShow: () => void }): ReactElement {
  const services = useServices();
  const title = taskTitle(row);
  return (
    <li className={styles.task}>
      {kindIcon(row.kind)}
      <button type="button" className={styles.title} onClick={onShow}>
        <MiddleText text={title} />
      </button>
      <IconButton small label={words.cancelOne(title)} onClick={() => void cancelTask(services, row.id)}>
        <Ban />
      </IconButton>
      <div className={styles.bar}>
        <ProgressBar label={title} share={shareOf(row)} />
      </div>
      <div className={styles.numbers}>
        <span>{[phaseText(row.phase), amountText(row)].filter(Boolean).join(' · ')}</span>
        <span>{leftText(row) || rateText(row)}</span>
      </div>
    </li>
  );
}
