import { Plus, X } from 'lucide-react';
import type { ClipboardEvent, ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { BareInput } from '../../ui/field.tsx';
import { type EnvRow, type FormErrors, type MountRow, parseDotEnv } from './form.ts';
import styles from './run-dialog.module.css';

const words = t.run;

const nextKey = (rows: readonly { readonly key: number }[]): number => Math.max(0, ...rows.map(({ key }) => key)) + 1;
const replaced = <R extends { readonly key: number }>(rows: readonly R[], key: number, change: Partial<R>): readonly R[] =>
  rows.map((row) => (row.key === key ? { ...row, ...change } : row));

export function EnvTable({
  rows,
  errors,
  onChange,
}: {
  readonly rows: readonly EnvRow[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly EnvRow[]) => void;
}): ReactElement {
  const paste = (event: ClipboardEvent, row: EnvRow) => {
    const text = event.clipboardData.getData('text');
    const added = text.includes('\n') || text.includes('=') ? parseDotEnv(text) : null;
    if (!added) return;
    event.preventDefault();
    const first = nextKey(rows);
    const kept = rows.filter(({ key, name, value }) => key !== row.key || name !== '' || value !== '');
    onChange([...kept, ...added.map((one, index) => ({ key: first + index, ...one }))]);
  };
  return (
    <div role="group" aria-label={words.env} className={styles.group}>
      <span className={styles.legend}>{words.env}</span>
      {rows.map((row) => (
        <div key={row.key}>
          <div className={styles.envRow}>
            <BareInput
              label={words.envName}
              placeholder={words.envName}
              autoFocus={row.name === ''}
              value={row.name}
              invalid={errors[`env.${row.key}`] !== undefined}
              onPaste={(event) => paste(event, row)}
              onChange={(name) => onChange(replaced(rows, row.key, { name }))}
            />
            <BareInput
              label={words.envValue}
              placeholder={words.envValue}
              value={row.value}
              onChange={(value) => onChange(replaced(rows, row.key, { value }))}
            />
            <IconButton label={words.removeRow(row.name)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
              <X />
            </IconButton>
          </div>
          <RowError text={errors[`env.${row.key}`]} />
        </div>
      ))}
      {rows.length > 0 && <p className={styles.hint}>{words.envHint}</p>}
      <Button small className={styles.add} onClick={() => onChange([...rows, { key: nextKey(rows), name: '', value: '' }])}>
        <Plus />
        {words.addEnv}
      </Button>
    </div>
  );
}

export function MountTable({
  rows,
  errors,
  onChange,
}: {
  readonly rows: readonly MountRow[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly MountRow[]) => void;
}): ReactElement {
  return (
    <div role="group" aria-label={words.mounts} className={styles.group}>
      <span className={styles.legend}>{words.mounts}</span>
      {rows.map((row) => (
        <div key={row.key}>
          <div className={styles.mountRow}>
            <BareInput
              label={words.mountSource}
              placeholder={words.mountSource}
              autoFocus={row.source === ''}
              value={row.source}
              invalid={errors[`mounts.${row.key}`] !== undefined}
              onChange={(source) => onChange(replaced(rows, row.key, { source }))}
            />
            <BareInput
              label={words.mountTarget}
              placeholder={words.mountTarget}
              value={row.target}
              invalid={errors[`mounts.${row.key}`] !== undefined}
              onChange={(target) => onChange(replaced(rows, row.key, { target }))}
            />
            <LabelledCheckbox checked={row.readonly} label={words.mountReadonly} onChange={(readonly) => onChange(replaced(rows, row.key, { readonly }))}>
              {words.mountReadonly}
            </LabelledCheckbox>
            <IconButton label={words.removeRow(row.target)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
              <X />
            </IconButton>
          </div>
          <RowError text={errors[`mounts.${row.key}`]} />
        </div>
      ))}
      <Button small className={styles.add} onClick={() => onChange([...rows, { key: nextKey(rows), source: '', target: '', readonly: false }])}>
        <Plus />
        {words.addMount}
      </Button>
    </div>
  );
}

const RowError = ({ text }: { readonly text: string | undefined }): ReactElement | null =>
  text === undefined ? null : <p className={styles.rowError}>{text}</p>;
