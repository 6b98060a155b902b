import { Download, PackageOpen } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { SupportFile } from '../../../electron/ipc/contract/support.ts';
import { startDownload } from '../../stores/download.ts';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import styles from './diagnostics.module.css';

const words = t.diagnostics;
interface Gathered {
  readonly id: string;
  readonly files: readonly SupportFile[];
}

/** What could be given to whoever helps. It is looked at before it can be saved, and saved is what was looked at. */
export function Bundle(): ReactElement {
  const { transport, toasts } = useServices();
  const [labels, setLabels] = useState(false);
  const [busy, setBusy] = useState(false);
  const [gathered, setGathered] = useState<Gathered | null>(null);
  const [shown, setShown] = useState('');
  const gather = async () => {
    setBusy(true);
    try {
      const found = await transport.request('support.gather', { labels });
      setGathered(found);
      setShown(found.files[0]?.name ?? '');
    } catch (error) {
      tellFailure(toasts, words.gatherFailed, error);
    } finally {
      setBusy(false);
    }
  };
  const save = ({ id }: Gathered) =>
    void startDownload(transport, { kind: 'support.bundle', id }).catch((error: unknown) => tellFailure(toasts, words.notSaved, error));
  const file = gathered?.files.find(({ name }) => name === shown);
  return (
    <section className={styles.section} aria-label={words.bundle}>
      <header className={styles.head}>
        <h2>{words.bundle}</h2>
        {gathered && (
          <span className={styles.dim}>
            {words.total(
              gathered.files.length,
              gathered.files.reduce((sum, { redactions }) => sum + redactions.length, 0),
            )}
          </span>
        )}
        <span className={styles.gap} />
        <Button disabled={busy} onClick={() => void gather()}>
          <PackageOpen />
          {busy ? words.gathering : words.gather}
        </Button>
        {gathered && (
          <Button look="primary" onClick={() => save(gathered)}>
            <Download />
            {words.save}
          </Button>
        )}
      </header>
      <p className={styles.dim}>{words.bundleText}</p>
      <LabelledCheckbox
        checked={labels}
        label={words.withLabels}
        onChange={(next) => {
          setLabels(next);
          setGathered(null);
        }}
      >
        {words.withLabels}
      </LabelledCheckbox>
      {gathered && (
        <div className={styles.preview}>
          <ul className={styles.files} aria-label={words.files}>
            {gathered.files.map(({ name, redactions }) => (
              <li key={name}>
                <button type="button" className={styles.file} aria-pressed={name === shown} onClick={() => setShown(name)}>
                  <span>{name}</span>
                  <span className={styles.dim}>{words.redacted(redactions.length)}</span>
                </button>
              </li>
            ))}
          </ul>
          {file && (
            <pre className={styles.log} tabIndex={0} role="region" aria-label={words.text(file.name)}>
              {marked(file)}
            </pre>
          )}
        </div>
      )}
    </section>
  );
}

/** Its text with each place where something was left out as a mark. */
function marked({ text, redactions }: SupportFile): readonly ReactNode[] {
  let done = 0;
  const parts: ReactNode[] = [];
  for (const { start, end, kind } of redactions) {
    parts.push(text.slice(done, start));
    parts.push(
      <mark key={start} className={styles.mark} title={words.leftOut(words.kinds[kind])}>
        {text.slice(start, end)}
      </mark>,
    );
    done = end;
  }
  parts.push(text.slice(done));
  return parts;
}
