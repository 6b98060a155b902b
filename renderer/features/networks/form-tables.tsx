import type { ReactElement, ReactNode } from 'react';
import { t } from '../../strings/t.ts';
import { BareInput } from '../../ui/field.tsx';
import { FieldRows } from '../../ui/field-rows.tsx';
import { type PairRow, PairRows } from '../../ui/pair-rows.tsx';
import type { FormErrors, SubnetRow } from './create-form.ts';
import styles from './form.module.css';

const words = t.networks.form;

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

/** Each wrong field of a row by its name. */
function subnetErrors(errors: FormErrors, { key }: SubnetRow): ReactNode {
  const wrong = SUBNET_FIELDS.filter(({ field }) => errors[`${field}.${key}`] !== undefined);
  if (wrong.length === 0) return undefined;
  return wrong.map(({ field }) => (
    <div key={field} id={`${field}-${key}-error`}>
      {words[field]}: {errors[`${field}.${key}`]}
    </div>
  ));
}

export const SubnetTable = ({ rows, errors, onChange }: TableProps<SubnetRow>): ReactElement => (
  <FieldRows
    legend
    label={words.subnets}
    rows={rows}
    errorOf={(row) => subnetErrors(errors, row)}
    add={words.addSubnet}
    fresh={{ subnet: '', range: '', gateway: '' }}
    layout={styles.subnet}
    removeLabel={({ subnet }) => words.removeRow(subnet)}
    emptyHint={words.subnetHint}
    head={
      <div className={styles.subnet} aria-hidden="true">
        {SUBNET_FIELDS.map(({ field }) => (
          <span key={field} className={styles.hint}>
            {words[field]}
          </span>
        ))}
      </div>
    }
    onChange={onChange}
  >
    {(row, set, _invalid, index) =>
      SUBNET_FIELDS.map(({ field, placeholder }) => (
        <BareInput
          key={field}
          label={words[field]}
          placeholder={index === 0 ? placeholder : ''}
          autoFocus={field === 'subnet' && row.subnet === ''}
          value={row[field]}
          invalid={errors[`${field}.${row.key}`] !== undefined}
          aria-errormessage={`${field}-${row.key}-error`}
          onChange={(value) => set({ [field]: value })}
        />
      ))
    }
  </FieldRows>
);

export const LabelTable = ({ rows, errors, onChange }: TableProps<PairRow>): ReactElement => (
  <PairRows
    legend
    label={words.labels}
    rows={rows}
    errorOf={({ key }) => errors[`label.${key}`]}
    add={words.addLabel}
    nameLabel={words.labelName}
    valueLabel={words.labelValue}
    removeLabel={({ name }) => words.removeRow(name)}
    onChange={onChange}
  />
);

/** Addresses of what is no container: a printer, another router. */
export const ReservedTable = ({ rows, errors, onChange }: TableProps<PairRow>): ReactElement => (
  <PairRows
    legend
    label={words.reserved}
    rows={rows}
    errorOf={({ key }) => errors[`reserved.${key}`]}
    add={words.addReserved}
    nameLabel={words.reservedName}
    valueLabel={words.reservedAddress}
    removeLabel={({ name }) => words.removeRow(name)}
    onChange={onChange}
  />
);
