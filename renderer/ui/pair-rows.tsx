import type { ClipboardEvent, ReactElement } from 'react';
import { BareInput } from './field.tsx';
import { FieldRows, type FieldRowsProps, type Keyed } from './field-rows.tsx';
import styles from './form.module.css';

export interface PairRow extends Keyed {
  readonly name: string;
  readonly value: string;
}

interface PairRowsProps extends Omit<FieldRowsProps<PairRow>, 'fresh' | 'layout' | 'children'> {
  readonly nameLabel: string;
  readonly valueLabel: string;
  /** What stands for the value of a row that has none of its own. */
  readonly valueHint?: (row: PairRow) => string | undefined;
  readonly onPaste?: (event: ClipboardEvent, row: PairRow) => void;
}

/** Names with a value each: labels, arguments, variables. */
export const PairRows = ({ nameLabel, valueLabel, valueHint, onPaste, ...rows }: PairRowsProps): ReactElement => (
  <FieldRows {...rows} fresh={{ name: '', value: '' }} layout={styles.pair}>
    {(row, set, invalid) => (
      <>
        <BareInput
          label={nameLabel}
          placeholder={nameLabel}
          autoFocus={row.name === ''}
          value={row.name}
          invalid={invalid}
          onPaste={(event) => onPaste?.(event, row)}
          onChange={(name) => set({ name })}
        />
        <BareInput
          label={valueLabel}
          placeholder={valueHint?.(row) ?? valueLabel}
          autoFocus={row.name !== '' && row.value === ''}
          value={row.value}
          onChange={(value) => set({ value })}
        />
      </>
    )}
  </FieldRows>
);
