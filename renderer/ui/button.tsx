import type { ButtonHTMLAttributes, ReactElement, Ref } from 'react';
import styles from './button.module.css';
import { cx } from './class-names.ts';
import { useCommandKeys } from './keys.tsx';
import { Tooltip } from './tooltip.tsx';

type Look = 'plain' | 'primary' | 'danger' | 'quiet';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'plain', small = false, className, type = 'button', ...rest }: ButtonProps): ReactElement {
  return <button type={type} className={cx(styles.button, look !== 'plain' && styles[look], small && styles.small, className)} {...rest} />;
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  /** Name for screen readers and the tooltip. */
  readonly label: string;
  /** Keys that the control answers to by itself. */
  readonly keys?: string | undefined;
  /** The command that it stands for, whose keys are shown as they are now. */
  readonly command?: string | undefined;
  readonly children: ReactElement;
}

export function IconButton({ label, keys: own, command, look = 'quiet', small = false, className, children, ...rest }: IconButtonProps): ReactElement {
  const chosen = useCommandKeys(command);
  const keys = own ?? chosen;
  return (
    <Tooltip text={label} {...(keys !== undefined && { keys })}>
      <Button look={look} small={small} aria-label={label} className={cx(styles.icon, className)} {...rest}>
        {children}
      </Button>
    </Tooltip>
  );
}
