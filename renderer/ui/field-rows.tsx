import { Plus, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import styles from './form.module.css';

/** A row that is filled in: its key is its own while others come and go. */
export interface Keyed {
  readonly key: number;
}

export interface FieldRowsProps<R extends Keyed> {
  readonly label: string;
  /** The label stands above the rows, where no heading says the same. */
  readonly legend?: boolean;
  readonly rows: readonly R[];
  /** What is wrong with a row. */
  readonly errorOf?: (row: R) => ReactNode;
  readonly add: string;
  readonly fresh: Omit<R, 'key'>;
  /** Class of the columns that a row's fields stand in. */
  readonly layout: string | undefined;
  /** What the button that takes a row away is called. */
  readonly removeLabel: (row: R) => string;
  /** Stands above the first row. */
  readonly head?: ReactNode;
  /** Stands below the last row. */
  readonly hint?: ReactNode;
  /** Stands in the place of rows. */
  readonly emptyHint?: ReactNode;
  /** More that can be added, beside the button. */
  readonly adds?: ReactNode;
  readonly onChange: (rows: readonly R[]) => void;
  readonly children: (row: R, set: (change: Partial<R>) => void, invalid: boolean, index: number) => ReactNode;
}

export const nextKey = (rows: readonly Keyed[]): number => Math.max(0, ...rows.map(({ key }) => key)) + 1;

/** A table of fields in which rows are added and removed; what is wrong stands under its row. */
export function FieldRows<R extends Keyed>({ label, legend = false, rows, errorOf, head, hint, emptyHint, adds, ...props }: FieldRowsProps<R>): ReactElement {
  const { add, fresh, layout, removeLabel, onChange, children } = props;
  return (
    <div role="group" aria-label={label} className={styles.group}>
      {legend && <span className={styles.legend}>{label}</span>}
      {rows.length === 0 ? emptyHint !== undefined && <p className={styles.hint}>{emptyHint}</p> : head}
      {rows.map((row, index) => {
        const error = errorOf?.(row);
        const set = (change: Partial<R>) => onChange(rows.map((one) => (one.key === row.key ? { ...one, ...change } : one)));
        return (
          <div key={row.key}>
            <div className={cx(styles.row, layout)}>
              {children(row, set, error !== undefined, index)}
              <IconButton label={removeLabel(row)} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
                <X />
              </IconButton>
            </div>
            {error !== undefined && (
              <div role="alert" className={styles.rowError}>
                {error}
              </div>
            )}
          </div>
        );
      })}
      {hint !== undefined && rows.length > 0 && <p className={styles.hint}>{hint}</p>}
      <div className={styles.adds}>
        <Button small onClick={() => onChange([...rows, { ...fresh, key: nextKey(rows) } as R])}>
          <Plus />
          {add}
        </Button>
        {adds}
      </div>
    </div>
  );
}
