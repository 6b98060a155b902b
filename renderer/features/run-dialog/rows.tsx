import { Plus, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import type { FormErrors } from './check.ts';
import { type Keyed, nextKey } from './form.ts';
import styles from './run-dialog.module.css';

export interface RowsProps<R extends Keyed> {
  readonly label: string;
  /** Name of the field in the errors: `env` of `env.3`. */
  readonly field: string;
  readonly rows: readonly R[];
  readonly errors: FormErrors;
  readonly add: string;
  readonly fresh: Omit<R, 'key'>;
  /** Class of the grid that a row's fields stand in. */
  readonly layout: string | undefined;
  /** What a row is called by its button. */
  readonly nameOf: (row: R) => string;
  readonly hint?: ReactNode;
  readonly onChange: (rows: readonly R[]) => void;
  readonly children: (row: R, set: (change: Partial<R>) => void, invalid: boolean) => ReactNode;
}

/** A table of fields in which rows are added and removed; what is wrong stands under its row. */
export function Rows<R extends Keyed>({ label, field, rows, errors, add, fresh, layout, nameOf, hint, onChange, children }: RowsProps<R>): ReactElement {
  return (
    <div role="group" aria-label={label} className={styles.group}>
      {rows.map((row) => {
        const error = errors[`${field}.${row.key}`];
        const set = (change: Partial<R>) => onChange(rows.map((one) => (one.key === row.key ? { ...one, ...change } : one)));
        return (
          <div key={row.key}>
            <div className={cx(styles.row, layout)}>
              {children(row, set, error !== undefined)}
              <IconButton label={t.run.removeRow(nameOf(row))} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
                <X />
              </IconButton>
            </div>
            {error !== undefined && (
              <p role="alert" className={styles.rowError}>
                {error}
              </p>
            )}
          </div>
        );
      })}
      {hint !== undefined && rows.length > 0 && <p className={styles.hint}>{hint}</p>}
      <Button small className={styles.add} onClick={() => onChange([...rows, { ...fresh, key: nextKey(rows) } as R])}>
        <Plus />
        {add}
      </Button>
    </div>
  );
}
