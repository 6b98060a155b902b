import { Autocomplete } from '@base-ui/react/autocomplete';
import { type ReactElement, useId } from 'react';
import fieldStyles from './field.module.css';
import styles from './suggest-field.module.css';

/** A line of text with suggestions; any text may stand in it. */
export function SuggestField({
  label,
  value,
  onChange,
  items,
  placeholder,
  error,
  hint,
  autoFocus = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly items: readonly string[];
  readonly placeholder: string;
  readonly error: string | undefined;
  /** Stands below the field while nothing is wrong. */
  readonly hint?: string | undefined;
  readonly autoFocus?: boolean;
}): ReactElement {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id} className={fieldStyles.label}>
        {label}
      </label>
      <Autocomplete.Root items={items} value={value} onValueChange={onChange} openOnInputClick>
        <Autocomplete.Input
          id={id}
          className={fieldStyles.input}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoFocus={autoFocus}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : noteId}
        />
        <Autocomplete.Portal>
          <Autocomplete.Positioner sideOffset={4}>
            <Autocomplete.Popup className={styles.popup}>
              <Autocomplete.List>
                {(item: string) => (
                  <Autocomplete.Item key={item} value={item} className={styles.item}>
                    {item}
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
      {note !== undefined && (
        <div id={noteId} className={error === undefined ? fieldStyles.hint : fieldStyles.error}>
          {note}
        </div>
      )}
    </div>
  );
}
