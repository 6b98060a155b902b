import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { BareInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './build-dialog.module.css';
import type { FormErrors, PairRow, SecretRow } from './form.ts';

const words = t.buildDialog;

const nextKey = (rows: readonly { readonly key: number }[]): number => Math.max(0, ...rows.map(({ key }) => key)) + 1;
const replaced = <R extends { readonly key: number }>(rows: readonly R[], key: number, change: Partial<R>): readonly R[] =>
  rows.map((row) => (row.key === key ? { ...row, ...change } : row));

const RowError = ({ text }: { readonly text: string | undefined }): ReactElement | null =>
  text === undefined ? null : (
    <div className={styles.rowError} role="alert">
      {text}
    </div>
  );

interface Found {
  readonly name: string;
  readonly value: string;
}

/** What the Dockerfile asks for and is not given yet, one click away. */
const FoundNames = ({ found, onAdd }: { readonly found: readonly Found[]; readonly onAdd: (name: string) => void }): ReactElement => (
  <>
    {found.slice(0, 12).map(({ name, value }) => (
      <Button
        key={name}
        small
        look="quiet"
        className={styles.found}
        title={value === '' ? '' : words.defaultOf(value)}
        aria-label={words.addFound(name)}
        onClick={() => onAdd(name)}
      >
        <Plus />
        <code>{name}</code>
      </Button>
    ))}
  </>
);

export function PairTable({
  field,
  label,
  add,
  rows,
  found,
  errors,
  onChange,
}: {
  readonly field: 'args' | 'labels';
  readonly label: string;
  readonly add: string;
  readonly rows: readonly PairRow[];
  readonly found: readonly Found[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly PairRow[]) => void;
}): ReactElement {
  const missing = found.filter(({ name }) => !rows.some((row) => row.name === name));
  const append = (name: string) => onChange([...rows, { key: nextKey(rows), name, value: '' }]);
  return (
    <div role="group" aria-label={label} className={styles.group}>
      <span className={styles.legend}>{label}</span>
      {rows.map((row) => {
        const fallback = found.find(({ name }) => name === row.name)?.value ?? '';
        return (
          <div key={row.key}>
            <div className={styles.pair}>
              <BareInput
                label={words.name}
                placeholder={words.name}
                autoFocus={row.name === ''}
                value={row.name}
                invalid={errors[`${field}.${row.key}`] !== undefined}
                onChange={(name) => onChange(replaced(rows, row.key, { name }))}
              />
              <BareInput
                label={words.value}
                placeholder={fallback === '' ? words.value : words.defaultOf(fallback)}
                autoFocus={row.name !== '' && row.value === ''}
                value={row.value}
                onChange={(value) => onChange(replaced(rows, row.key, { value }))}
              />
              <IconButton label={words.removeRow(row.name)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
                <X />
              </IconButton>
            </div>
            <RowError text={errors[`${field}.${row.key}`]} />
          </div>
        );
      })}
      <div className={styles.adds}>
        <Button small onClick={() => append('')}>
          <Plus />
          {add}
        </Button>
        <FoundNames found={missing} onAdd={append} />
      </div>
    </div>
  );
}

export function SecretTable({
  rows,
  found,
  errors,
  onChange,
}: {
  readonly rows: readonly SecretRow[];
  readonly found: readonly string[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly SecretRow[]) => void;
}): ReactElement {
  const missing = found.filter((id) => !rows.some((row) => row.id === id));
  const append = (id: string) => onChange([...rows, { key: nextKey(rows), id, from: 'file', value: '' }]);
  return (
    <div role="group" aria-label={words.secrets} className={styles.group}>
      <span className={styles.legend}>{words.secrets}</span>
      {rows.map((row) => (
        <div key={row.key}>
          <div className={styles.secret}>
            <BareInput
              label={words.secretId}
              placeholder={words.secretId}
              autoFocus={row.id === ''}
              value={row.id}
              invalid={errors[`secrets.${row.key}`] !== undefined}
              onChange={(id) => onChange(replaced(rows, row.key, { id }))}
            />
            <Segmented
              label={words.secretFrom}
              value={row.from}
              segments={(['file', 'env'] as const).map((value) => ({ value, label: words.secretSources[value] }))}
              onChange={(from) => onChange(replaced(rows, row.key, { from: from === 'env' ? 'env' : 'file' }))}
            />
            <BareInput
              label={row.from === 'file' ? words.secretFile : words.secretEnv}
              placeholder={row.from === 'file' ? words.secretFile : words.secretEnv}
              value={row.value}
              onChange={(value) => onChange(replaced(rows, row.key, { value }))}
            />
            <IconButton label={words.removeRow(row.id)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
              <X />
            </IconButton>
          </div>
          <RowError text={errors[`secrets.${row.key}`]} />
        </div>
      ))}
      {rows.length > 0 && <p className={styles.hint}>{words.secretsHint}</p>}
      <div className={styles.adds}>
        <Button small onClick={() => append('')}>
          <Plus />
          {words.addSecret}
        </Button>
        <FoundNames found={missing.map((name) => ({ name, value: '' }))} onAdd={append} />
      </div>
    </div>
  );
}
