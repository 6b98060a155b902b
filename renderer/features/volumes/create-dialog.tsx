import { Plus, X } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { BareInput, TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { createRequest, EMPTY_FORM, type LabelRow, type Problems, problemsOf } from './form.ts';
import type { VolumeKind } from './view-model.ts';
import styles from './volumes.module.css';

const words = t.volumes;

export function CreateDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { transport, toasts } = useServices();
  const [, navigate] = useLocation();
  const volumes = useEngine((state) => state.volumes);
  const [form, setForm] = useState(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const problems = problemsOf(form, volumes);
  // A field that nobody has filled in is not wrong until it is sent.
  const shown = (field: 'name' | 'device' | 'memory'): string | undefined => {
    const problem = tried || form[field] !== '' ? problems[field] : undefined;
    return problem && words.problems[problem];
  };
  const submit = () => {
    setTried(true);
    if (Object.keys(problems).length > 0 || busy) return;
    setBusy(true);
    transport
      .request('volume.create', createRequest(form))
      .then(
        ({ id }) => {
          onClose();
          navigate(`/volumes/${encodeURIComponent(id)}`);
        },
        (error: unknown) => tellFailure(toasts, words.notCreated, error),
      )
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.createTitle}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" disabled={busy || (tried && Object.keys(problems).length > 0)} onClick={submit}>
            {words.createDo}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField
          label={words.name}
          optional
          mono
          autoFocus
          value={form.name}
          hint={words.nameHint}
          error={shown('name')}
          onChange={(name) => setForm({ ...form, name })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') submit();
          }}
        />
        <div className={styles.group}>
          <span className={styles.legend}>{words.kind}</span>
          <Segmented
            label={words.kind}
            value={form.kind}
            onChange={(kind) => setForm({ ...form, kind: kind as VolumeKind })}
            segments={(['local', 'bind', 'tmpfs'] as const).map((value) => ({ value, label: words.kinds[value] }))}
          />
          <span className={styles.hint}>{words.kindHints[form.kind]}</span>
        </div>
        {form.kind === 'bind' && (
          <>
            <TextField label={words.device} mono value={form.device} error={shown('device')} onChange={(device) => setForm({ ...form, device })} />
            <LabelledCheckbox checked={form.readonly} label={words.readonly} onChange={(readonly) => setForm({ ...form, readonly })}>
              {words.readonly}
            </LabelledCheckbox>
          </>
        )}
        {form.kind === 'tmpfs' && (
          <TextField
            label={words.memory}
            optional
            value={form.memory}
            hint={words.memoryHint}
            error={shown('memory')}
            onChange={(memory) => setForm({ ...form, memory })}
          />
        )}
        <LabelTable rows={form.labels} problems={tried ? problems : {}} onChange={(labels) => setForm({ ...form, labels })} />
      </div>
    </Dialog>
  );
}

function LabelTable({
  rows,
  problems,
  onChange,
}: {
  readonly rows: readonly LabelRow[];
  readonly problems: Problems;
  readonly onChange: (rows: readonly LabelRow[]) => void;
}): ReactElement {
  const set = (key: number, change: Partial<LabelRow>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const nextKey = Math.max(0, ...rows.map(({ key }) => key)) + 1;
  return (
    <div role="group" aria-label={words.labels} className={styles.group}>
      <span className={styles.legend}>{words.labels}</span>
      {rows.map(({ key, name, value }) => {
        const problem = problems[`label.${key}`];
        return (
          <div key={key}>
            <div className={styles.labelRow}>
              <BareInput
                label={words.labelName}
                placeholder={words.labelName}
                autoFocus={name === ''}
                value={name}
                invalid={problem !== undefined}
                onChange={(next) => set(key, { name: next })}
              />
              <BareInput label={words.labelValue} placeholder={words.labelValue} value={value} onChange={(next) => set(key, { value: next })} />
              <IconButton label={words.removeLabel(name)} onClick={() => onChange(rows.filter((row) => row.key !== key))}>
                <X />
              </IconButton>
            </div>
            {problem && <p className={styles.problem}>{words.problems[problem]}</p>}
          </div>
        );
      })}
      <Button small className={styles.add} onClick={() => onChange([...rows, { key: nextKey, name: '', value: '' }])}>
        <Plus />
        {words.addLabel}
      </Button>
    </div>
  );
}
