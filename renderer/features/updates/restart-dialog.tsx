import { type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import { tellFailure, useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { runningTasks } from '../../stores/task-store.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './restart-dialog.module.css';

const words = t.updates;

/** Asks before the app begins anew: says what goes on and names what ends. */
export function RestartDialog(): ReactElement {
  const { ui, updates, terminals, toasts } = useServices();
  const isAsked = useUiState(({ asking }) => asking?.command === 'update.install');
  const update = useStore(updates, (state) => state.update);
  const sessions = useStore(terminals, (state) => state.sessions);
  const tasks = useTasks((state) => state.tasks);
  const running = useMemo(() => runningTasks(tasks), [tasks]);
  const open = [...sessions.values()].filter(({ state }) => state === 'running').length;
  const close = () => ui.setState({ asking: null });
  const install = () => {
    close();
    updates.ask('install').catch((error: unknown) => tellFailure(toasts, words.refused, error));
  };
  return (
    <Dialog
      open={isAsked && update?.release != null}
      onClose={close}
      title={words.restartTitle(update?.release?.version ?? '')}
      footer={
        <>
          <Button onClick={close}>{t.cancel}</Button>
          <Button look="primary" autoFocus onClick={install}>
            {words.restart}
          </Button>
        </>
      }
    >
      <div className={styles.text}>
        <p>{words.restartText}</p>
        <p>{words.restartEngine}</p>
        {running.length > 0 && (
          <div>
            <p>{words.restartTasks(running.length)}</p>
            <ul className={styles.tasks} tabIndex={0}>
              {running.map(({ id, kind, object }) => (
                <li key={id}>{t.activity.kinds[kind].title(object)}</li>
              ))}
            </ul>
          </div>
        )}
        {open > 0 && <p>{words.restartTerminals(open)}</p>}
      </div>
    </Dialog>
  );
}
