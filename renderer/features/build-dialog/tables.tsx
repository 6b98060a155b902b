import { Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { BareInput } from '../../ui/field.tsx';
import { FieldRows, nextKey } from '../../ui/field-rows.tsx';
import { type PairRow, PairRows } from '../../ui/pair-rows.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './build-dialog.module.css';
import type { FormErrors, SecretRow } from './form.ts';

const words = t.buildDialog;

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

interface TableProps<R> {
  readonly rows: readonly R[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly R[]) => void;
}

interface PairTableProps extends TableProps<PairRow> {
  readonly field: 'args' | 'labels' | 'contexts';
  readonly label: string;
  readonly valueLabel?: string;
  readonly hint?: string;
  readonly add: string;
  readonly found: readonly Found[];
}

export function PairTable({ field, label, valueLabel = words.value, hint, add, rows, found, errors, onChange }: PairTableProps): ReactElement {
  const missing = found.filter(({ name }) => !rows.some((row) => row.name === name));
  return (
    <PairRows
      legend
      label={label}
      rows={rows}
      errorOf={({ key }) => errors[`${field}.${key}`]}
      add={add}
      adds={<FoundNames found={missing} onAdd={(name) => onChange([...rows, { key: nextKey(rows), name, value: '' }])} />}
      nameLabel={words.name}
      valueLabel={valueLabel}
      valueHint={(row) => {
        const fallback = found.find(({ name }) => name === row.name)?.value ?? '';
        return fallback === '' ? undefined : words.defaultOf(fallback);
      }}
      removeLabel={({ name }) => words.removeRow(name)}
      hint={hint}
      onChange={onChange}
    />
  );
}

const NEW_SECRET = { id: '', from: 'file', value: '' } as const;

export function SecretTable({ rows, found, errors, onChange }: TableProps<SecretRow> & { readonly found: readonly string[] }): ReactElement {
  const missing = found.filter((id) => !rows.some((row) => row.id === id)).map((name) => ({ name, value: '' }));
  return (
    <FieldRows
      legend
      label={words.secrets}
      rows={rows}
      errorOf={({ key }) => errors[`secrets.${key}`]}
      add={words.addSecret}
      adds={<FoundNames found={missing} onAdd={(id) => onChange([...rows, { ...NEW_SECRET, key: nextKey(rows), id }])} />}
      fresh={NEW_SECRET}
      layout={styles.secret}
      removeLabel={({ id }) => words.removeRow(id)}
      hint={words.secretsHint}
      onChange={onChange}
    >
      {(row, set, invalid) => (
        <>
          <BareInput
            label={words.secretId}
            placeholder={words.secretId}
            autoFocus={row.id === ''}
            value={row.id}
            invalid={invalid}
            onChange={(id) => set({ id })}
          />
          <Segmented
            label={words.secretFrom}
            value={row.from}
            segments={(['file', 'env'] as const).map((value) => ({ value, label: words.secretSources[value] }))}
            onChange={(from) => set({ from: from === 'env' ? 'env' : 'file' })}
          />
          <BareInput
            label={row.from === 'file' ? words.secretFile : words.secretEnv}
            placeholder={row.from === 'file' ? words.secretFile : words.secretEnv}
            value={row.value}
            onChange={(value) => set({ value })}
          />
        </>
      )}
    </FieldRows>
  );
}
