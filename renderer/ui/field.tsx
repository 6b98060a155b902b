import { Search, X } from 'lucide-react';
import { type InputHTMLAttributes, type KeyboardEvent, type ReactElement, type ReactNode, type Ref, type TextareaHTMLAttributes, useId } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import styles from './field.module.css';
import { focusSearched } from './focus-main.ts';
import { Keys, useCommandKeys } from './keys.tsx';

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly optional?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly mono?: boolean;
}

/** A labelled line of text with its hint or its error below. */
export function TextField({ label, value, onChange, optional = false, hint, error, mono = false, className, ...rest }: TextFieldProps): ReactElement {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={styles.label}>
        {label} {optional && <span className={styles.optional}>{t.optional}</span>}
      </label>
      <input
        id={id}
        value={value}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className={cx(styles.input, mono && styles.mono)}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      {note !== undefined && (
        <div id={noteId} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </div>
      )}
    </div>
  );
}

export interface TextAreaProps extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly optional?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly mono?: boolean;
}

/** Several lines of text, labelled, with their hint or their error below. */
export function TextArea({ label, value, onChange, optional = false, hint, error, mono = false, ...rest }: TextAreaProps): ReactElement {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label} {optional && <span className={styles.optional}>{t.optional}</span>}
      </label>
      <textarea
        id={id}
        value={value}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className={cx(styles.input, mono && styles.mono)}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      {note !== undefined && (
        <div id={noteId} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </div>
      )}
    </div>
  );
}

/** A bare input for tables of fields, where the column's head is the label. */
export function BareInput({
  label,
  value,
  onChange,
  invalid = false,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly invalid?: boolean;
}): ReactElement {
  return (
    <input
      aria-label={label}
      value={value}
      spellCheck={false}
      autoComplete="off"
      aria-invalid={invalid}
      className={cx(styles.input, styles.mono)}
      onChange={(event) => onChange(event.target.value)}
      {...rest}
    />
  );
}

export function SearchField({
  label,
  value,
  onChange,
  command,
  onKeyDown,
  placeholder,
  hint,
  trailing,
  className,
  ref,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The command that leads to it, whose keys are shown while it is empty. The one that searches in what is shown finds it by this. */
  readonly command?: string;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly placeholder?: string;
  /** What can be written, on hover. */
  readonly hint?: string;
  readonly trailing?: ReactNode;
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLInputElement>;
}): ReactElement {
  const keys = useCommandKeys(command);
  return (
    <div className={cx(styles.search, className)}>
      <Search />
      <input
        ref={ref}
        type="text"
        role="searchbox"
        data-command={command}
        aria-label={label}
        placeholder={placeholder ?? label}
        title={hint}
        value={value}
        spellCheck={false}
        autoComplete="off"
        className={styles.input}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          event.preventDefault();
          event.stopPropagation();
          if (value === '') focusSearched(event.currentTarget);
          else onChange('');
        }}
      />
      <span className={styles.trailing}>
        {trailing ??
          (value === '' ? (
            keys !== undefined && <Keys of={keys} />
          ) : (
            <IconButton label={t.clear} small onClick={() => onChange('')}>
              <X />
            </IconButton>
          ))}
      </span>
    </div>
  );
}
