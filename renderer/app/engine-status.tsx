import type { ReactElement } from 'react';
import type { EngineState } from '../stores/engine-store.ts';
import { useEngine } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import styles from './shell.module.css';

function engineWords({ link, status }: Pick<EngineState, 'link' | 'status'>): { readonly tone: Tone; readonly word: string } {
  const words = t.engine;
  if (link === 'live') return { tone: 'running', word: words.running };
  if (link === 'down') return status?.state === 'failed' ? { tone: 'failed', word: words.failed } : { tone: 'exited', word: words.stopped };
  if (status?.state === 'starting') return { tone: 'starting', word: words.starting };
  return { tone: 'starting', word: link === 'stale' ? words.reconnecting : words.connecting };
}

/** The engine's state as a word with a dot. */
export function EngineStatus({ narrow }: { readonly narrow: boolean }): ReactElement {
  const link = useEngine((state) => state.link);
  const status = useEngine((state) => state.status);
  const { tone, word } = engineWords({ link, status });
  return (
    <Tooltip text={status?.reason || (status?.socket ? t.engine.socket(status.socket) : `${t.engine.name}: ${word}`)}>
      <div className={styles.engine} role="status" aria-label={`${t.engine.name}: ${word}`} tabIndex={-1}>
        <StatusDot tone={tone} />
        {!narrow && <span className={styles.engineWord}>{word}</span>}
        {!narrow && status?.version && <span className={styles.version}>{status.version}</span>}
      </div>
    </Tooltip>
  );
}
