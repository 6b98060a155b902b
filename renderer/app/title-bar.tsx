import { ArrowLeft, ArrowRight, CircleHelp, Search, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { TaskIndicator } from '../features/activity/indicator.tsx';
import { UpdateIndicator } from '../features/updates/indicator.tsx';
import { useUi, useUiState } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import { IconButton } from '../ui/button.tsx';
import { Keys, useCommandKeys } from '../ui/keys.tsx';
import styles from './shell.module.css';

/** Two hulls on a ramp: the mark of the app. */
const Mark = (): ReactElement => (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <path d="M2.5 9.5h15l-2.1 4.2a2.4 2.4 0 0 1-2.1 1.3H6.7a2.4 2.4 0 0 1-2.1-1.3z" fill="currentColor" />
    <path d="M6 4.2h3.4v3.6H6zM10.6 4.2H14v3.6h-3.4z" fill="currentColor" opacity="0.55" />
    <path d="M1.5 17.6h17" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" opacity="0.8" />
  </svg>
);

export function TitleBar(): ReactElement {
  const ui = useUi();
  const terminal = useUiState((state) => state.terminalOpen);
  const keys = useCommandKeys('app.palette');
  return (
    <header className={styles.titleBar}>
      <div className={styles.titleStart}>
        <span className={styles.mark}>
          <Mark />
          {t.app}
        </span>
        <IconButton label={t.shell.back} command="app.back" small onClick={() => history.back()}>
          <ArrowLeft />
        </IconButton>
        <IconButton label={t.shell.forward} command="app.forward" small onClick={() => history.forward()}>
          <ArrowRight />
        </IconButton>
      </div>
      <button type="button" className={styles.palette} onClick={() => ui.setState({ overlay: 'palette' })}>
        <Search />
        <span>{t.search}</span>
        {keys !== undefined && <Keys of={keys} />}
      </button>
      <div className={styles.titleEnd}>
        <UpdateIndicator />
        <TaskIndicator />
        <IconButton label={t.shell.terminal} command="app.terminal" small aria-pressed={terminal} onClick={() => ui.setState({ terminalOpen: !terminal })}>
          <SquareTerminal />
        </IconButton>
        <IconButton label={t.shell.shortcuts} command="app.shortcuts" small onClick={() => ui.setState({ overlay: 'shortcuts' })}>
          <CircleHelp />
        </IconButton>
      </div>
    </header>
  );
}
