import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PairRows } from '../../ui/pair-rows.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { createRequest, EMPTY_FORM, problemsOf } from './form.ts';
import type { VolumeKind } from './view-model.ts';
import styles from './volumes.module.css';

const words = t.volumes;

export function CreateDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { transport } = useServices();
  const [, navigate] = useLocation();
  const volumes = useEngine((state) => state.volumes);
  const [form, setForm] = useState(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const problems = problemsOf(form, volumes);
  // A field that nobody has filled in is not wrong until it is sent.
  const shown = (field: 'name' | 'device' | 'memory'): string | undefined => {
    const problem = tried || form[field] !== '' ? problems[field] : undefined;
    return problem && words.problems[problem];
  };
  const send = async () => {
    const { id } = await transport.request('volume.create', createRequest(form));
    onClose();
    navigate(`/volumes/${encodeURIComponent(id)}`);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={words.createTitle}
      action={words.createDo}
      busyAction={words.creating}
      failed={words.notCreated}
      onTry={() => {
        setTried(true);
        return Object.keys(problems).length === 0;
      }}
      onSend={send}
    >
      <TextField
        label={words.name}
        optional
        mono
        autoFocus
        value={form.name}
        hint={words.nameHint}
        error={shown('name')}
        onChange={(name) => setForm({ ...form, name })}
      />
      <div className={styles.group}>
        <span className={styles.legend}>{words.kind}</span>
        <div>
          <Segmented
            label={words.kind}
            value={form.kind}
            onChange={(kind) => setForm({ ...form, kind: kind as VolumeKind })}
            segments={(['local', 'bind', 'tmpfs'] as const).map((value) => ({ value, label: words.kinds[value] }))}
          />
        </div>
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
      <PairRows
        legend
        label={words.labels}
        rows={form.labels}
        errorOf={({ key }) => {
          const problem = tried ? problems[`label.${key}`] : undefined;
          return problem && words.problems[problem];
        }}
        add={words.addLabel}
        nameLabel={words.labelName}
        valueLabel={words.labelValue}
        removeLabel={({ name }) => words.removeLabel(name)}
        onChange={(labels) => setForm({ ...form, labels })}
      />
    </FormDialog>
  );
}
