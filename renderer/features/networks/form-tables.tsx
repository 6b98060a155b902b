import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { BareInput } from '../../ui/field.tsx';
import type { FormErrors, LabelRow, SubnetRow } from './create-form.ts';
import styles from './form.module.css';

const words = t.networks.form;

const nextKey = (rows: readonly { readonly key: number }[]): number => Math.max(0, ...rows.map(({ key }) => key)) + 1;
const replaced = <R extends { readonly key: number }>(rows: readonly R[], key: number, change: Partial<R>): readonly R[] =>
  rows.map((row) => (row.key === key ? { ...row, ...change } : row));

interface TableProps<R> {
  readonly rows: readonly R[];
  readonly errors: FormErrors;
  readonly onChange: (rows: readonly R[]) => void;
}

const SUBNET_FIELDS = [
  { field: 'subnet', placeholder: '10.20.0.0/16' },
  { field: 'gateway', placeholder: '10.20.0.1' },
  { field: 'range', placeholder: '10.20.8.0/24' },
] as const;

export function SubnetTable({ rows, errors, onChange }: TableProps<SubnetRow>): ReactElement {
  return (
    <div role="group" aria-label={words.subnets} className={styles.group}>
      <span className={styles.legend}>{words.subnets}</span>
      {rows.length === 0 && <p className={styles.hint}>{words.subnetHint}</p>}
      {rows.length > 0 && (
        <div className={styles.subnetRow} aria-hidden="true">
          {SUBNET_FIELDS.map(({ field }) => (
            <span key={field} className={styles.hint}>
              {words[field]}
            </span>
          ))}
        </div>
      )}
      {rows.map((row, index) => (
        <div key={row.key}>
          <div className={styles.subnetRow}>
            {SUBNET_FIELDS.map(({ field, placeholder }) => (
              <BareInput
                key={field}
                label={words[field]}
                placeholder={index === 0 ? placeholder : ''}
                autoFocus={field === 'subnet' && row.subnet === ''}
                value={row[field]}
                invalid={errors[`${field}.${row.key}`] !== undefined}
                aria-errormessage={`${field}-${row.key}-error`}
                onChange={(value) => onChange(replaced(rows, row.key, { [field]: value }))}
              />
            ))}
            <IconButton label={words.removeRow(row.subnet)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
              <X />
            </IconButton>
          </div>
          {SUBNET_FIELDS.map(({ field }) => (
            <RowError key={field} id={`${field}-${row.key}-error`} text={errors[`${field}.${row.key}`]} lead={words[field]} />
          ))}
        </div>
      ))}
      <Button small className={styles.start} onClick={() => onChange([...rows, { key: nextKey(rows), subnet: '', range: '', gateway: '' }])}>
        <Plus />
        {words.addSubnet}
      </Button>
    </div>
  );
}

export function LabelTable({ rows, errors, onChange }: TableProps<LabelRow>): ReactElement {
  return (
    <div role="group" aria-label={words.labels} className={styles.group}>
      <span className={styles.legend}>{words.labels}</span>
      {rows.map((row) => (
        <div key={row.key}>
          <div className={styles.labelRow}>
            <BareInput
              label={words.labelName}
              placeholder={words.labelName}
              autoFocus={row.name === ''}
              value={row.name}
              invalid={errors[`label.${row.key}`] !== undefined}
              onChange={(name) => onChange(replaced(rows, row.key, { name }))}
            />
            <BareInput
              label={words.labelValue}
              placeholder={words.labelValue}
              value={row.value}
              onChange={(value) => onChange(replaced(rows, row.key, { value }))}
            />
            <IconButton label={words.removeRow(row.name)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
              <X />
            </IconButton>
          </div>
          <RowError id={`label-${row.key}-error`} text={errors[`label.${row.key}`]} />
        </div>
      ))}
      <Button small className={styles.start} onClick={() => onChange([...rows, { key: nextKey(rows), name: '', value: '' }])}>
        <Plus />
        {words.addLabel}
      </Button>
    </div>
  );
}

/** `lead`: which of the fields of a row it is about. */
const RowError = ({ id, text, lead }: { readonly id: string; readonly text: string | undefined; readonly lead?: string }): ReactElement | null =>
  text === undefined ? null : (
    <p id={id} className={styles.rowError}>
      {lead !== undefined && `${lead}: `}
      {text}
    </p>
  );
