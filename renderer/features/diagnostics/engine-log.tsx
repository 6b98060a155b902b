import { Copy, RotateCw } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Transport } from '../../engine/transport.ts';
import { useServices } from '../../stores/services.tsx';
import { exactTime, milliseconds } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import styles from './diagnostics.module.css';
import { useAnswer } from './use-answer.ts';

const words = t.diagnostics;
const readLoad = (transport: Transport) => transport.request('engine.load', { reset: false });
const readLog = (transport: Transport) => transport.request('engine.log', {});
const CONTROL = /\p{Cc}/gu;

/** How late the engine came to what was due. */
export function EngineLoad(): ReactElement {
  const { transport } = useServices();
  const { answer, error, ask } = useAnswer(readLoad);
  const measureAnew = () => void transport.request('engine.load', { reset: true }).then(ask, ask);
  return (
    <section className={styles.section} aria-label={words.load}>
      <header className={styles.head}>
        <h2>{words.load}</h2>
        {answer && <span className={styles.dim}>{`${words.since} ${exactTime(answer.since)}`}</span>}
        <span className={styles.gap} />
        <Button disabled={!answer} onClick={measureAnew}>
          {words.measureAnew}
        </Button>
      </header>
      <p className={styles.dim}>
        {error !== '' ? error : answer && words.loadText(milliseconds(answer.maxStallMs), milliseconds(answer.maxBusyMs), milliseconds(answer.p99Ms))}
      </p>
    </section>
  );
}

/** The end of what the engine has printed; there when the engine is not. */
export function EngineLogTail(): ReactElement {
  const { answer, error, busy, ask } = useAnswer(readLog);
  const text = (answer?.text ?? '').replace(CONTROL, (sign) => (sign === '\n' || sign === '\t' ? sign : ''));
  return (
    <section className={styles.section} aria-label={words.log}>
      <header className={styles.head}>
        <h2>{words.log}</h2>
        {answer && <span className={styles.dim}>{answer.isCut ? words.logEnd(answer.path) : answer.path}</span>}
        <span className={styles.gap} />
        <IconButton label={words.copyLog} disabled={text === ''} onClick={() => void navigator.clipboard.writeText(text)}>
          <Copy />
        </IconButton>
        <IconButton label={words.refreshLog} disabled={busy} onClick={ask}>
          <RotateCw />
        </IconButton>
      </header>
      {error !== '' && <p className={styles.dim}>{error}</p>}
      {answer && text === '' && <p className={styles.dim}>{words.logEmpty}</p>}
      {text !== '' && (
        <pre className={styles.log} tabIndex={0} role="log" aria-label={words.log} aria-live="off">
          {text}
        </pre>
      )}
    </section>
  );
}
