import { Switch as Base } from '@base-ui/react/switch';
import type { ReactElement } from 'react';
import styles from './switch.module.css';

/** On or off at once, without a button that says so. */
export const Switch = ({
  label,
  checked,
  disabled = false,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement => (
  <Base.Root className={styles.switch} checked={checked} disabled={disabled} aria-label={label} onCheckedChange={onChange}>
    <Base.Thumb className={styles.thumb} />
  </Base.Root>
);
