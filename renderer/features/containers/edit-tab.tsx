import { SlidersHorizontal } from 'lucide-react';
import { type FormEvent, type ReactElement, useCallback, useState } from 'react';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { DetailsTabProps } from './details-tab.ts';
import { checkEdit, type EditForm, editForm, RESTARTS, rebased } from './edit-form.ts';
import styles from './edit-tab.module.css';
import { useRead } from './use-read.ts';

const words = t.containerTabs.edit;
const once = (): null => null;

/** What can be changed of a container as it is, and what cannot. */
export function EditTab({ row }: DetailsTabProps): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const [saved, setSaved] = useState(0);
  const read = useCallback(async () => editForm((await transport.request('container.config', { id })).inspect), [transport, id]);
  const result = useRead(read, `${row.name} ${saved}`, once);
  if (result.state === 'loading') return <EmptyState title={t.loading} />;
  if (result.state === 'failed') return <EmptyState alert icon={<SlidersHorizontal />} title={t.runForm.readFailed} text={result.error} />;
  return <Form key={id} id={id} now={result.value} onSaved={() => setSaved((count) => count + 1)} />;
}

function Form({ id, now, onSaved }: { readonly id: string; readonly now: EditForm; readonly onSaved: () => void }): ReactElement {
  const { transport, toasts, ui } = useServices();
  const containers = useEngine((state) => state.containers);
  const [before, setBefore] = useState(now);
  const [form, setForm] = useState(now);
  // What differs from it was typed and not sent yet.
  const [sent, setSent] = useState(now);
  if (now !== before) {
    setBefore(now);
    setSent(now);
    setForm(rebased(form, sent, now));
  }
  const [busy, setBusy] = useState(false);
  const { changes, errors } = checkEdit(before, form, id, containers);
  const nothing = changes !== null && changes.name === null && changes.update === null;
  const field = (name: 'name' | 'memory' | 'cpus' | 'pids' | 'retries') => ({
    value: form[name],
    onChange: (value: string) => setForm((held) => ({ ...held, [name]: value })),
    error: errors?.[name],
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!changes || nothing || busy) return;
    setBusy(true);
    try {
      const { warnings } = changes.update ? await transport.request('container.update', { id, ...changes.update }) : { warnings: [] };
      if (changes.name !== null) await transport.request('container.rename', { id, name: changes.name });
      setSent(form);
      toasts.add({ title: words.applied(form.name), data: { details: warnings.join('\n') } });
    } catch (error) {
      tellFailure(toasts, words.failed(before.name), error);
    } finally {
      setBusy(false);
      // Also after a failure: the half that was done is shown.
      onSaved();
    }
  };

  return (
    <form className={styles.form} aria-label={words.tab} noValidate onSubmit={(event) => void submit(event)}>
      <section className={styles.part}>
        <h3 className={styles.title}>{words.live}</h3>
        <p className={styles.note}>{words.liveText}</p>
        <div className={styles.fields}>
          <TextField label={t.run.name} {...field('name')} />
          <TextField label={t.run.memory} placeholder={t.run.noLimit} hint={t.run.memoryPlaceholder} {...field('memory')} />
          <TextField label={t.run.cpus} placeholder={t.run.noLimit} {...field('cpus')} />
          <TextField label={t.run.pids} placeholder={t.run.noLimit} {...field('pids')} />
        </div>
        <div className={styles.restart}>
          <span className={styles.label}>{t.runForm.restart}</span>
          <Segmented
            label={t.runForm.restart}
            value={form.restart}
            segments={RESTARTS.map((value) => ({ value, label: t.runForm.restartNames[value] }))}
            onChange={(value) => setForm((held) => ({ ...held, restart: RESTARTS.find((one) => one === value) ?? 'no' }))}
          />
        </div>
        {form.restart === 'on-failure' && <TextField label={t.runForm.retriesLabel} placeholder={t.runForm.unlimited} {...field('retries')} />}
        <div className={styles.foot}>
          <Button look="primary" type="submit" disabled={busy || nothing || errors !== null}>
            {busy ? words.applying : words.apply}
          </Button>
          {nothing && <span className={styles.note}>{words.unchanged}</span>}
        </div>
      </section>
      <section className={styles.part}>
        <h3 className={styles.title}>{words.recreate}</h3>
        <p className={styles.note}>{words.recreateText}</p>
        <div className={styles.foot}>
          <Button onClick={() => ui.setState({ run: { image: '', from: id } })}>{t.verbs.title.duplicate}</Button>
        </div>
      </section>
    </form>
  );
}
