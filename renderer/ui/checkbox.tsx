import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './checkbox.module.css';

export interface CheckboxProps {
  readonly checked: boolean;
  readonly indeterminate?: boolean;
  readonly label: string;
  readonly onChange: (checked: boolean) => void;
  readonly tabIndex?: number;
}

export function Checkbox({ checked, indeterminate = false, label, onChange, tabIndex }: CheckboxProps): ReactElement {
  return (
    <Base.Root
      className={styles.box}
      checked={checked}
      indeterminate={indeterminate}
      aria-label={label}
      onCheckedChange={onChange}
      {...(tabIndex !== undefined && { tabIndex })}
    >
      <Base.Indicator>{indeterminate ? <Minus /> : <Check />}</Base.Indicator>
    </Base.Root>
  );
}

/** Light enough for thousands of rows; the row's own key ticks it. */
export const RowCheckbox = ({
  checked,
  mixed = false,
  label,
  onToggle,
}: {
  readonly checked: boolean;
  /** Some of what it stands for is ticked. */
  readonly mixed?: boolean;
  readonly label: string;
  readonly onToggle: () => void;
}): ReactElement => (
  <button
    type="button"
    role="checkbox"
    aria-checked={mixed ? 'mixed' : checked}
    aria-label={label}
    tabIndex={-1}
    className={styles.box}
    {...(checked && { 'data-checked': '' })}
    {...(mixed && { 'data-indeterminate': '' })}
    onClick={onToggle}
  >
    {checked ? <Check /> : mixed && <Minus />}
  </button>
);

/** With its words beside it. */
export function LabelledCheckbox({ children, ...rest }: Omit<CheckboxProps, 'indeterminate' | 'tabIndex'> & { readonly children: ReactNode }): ReactElement {
  return (
    <label className={styles.labelled}>
      <Checkbox {...rest} />
      <span>{children}</span>
    </label>
  );
}
