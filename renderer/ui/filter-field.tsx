import type { ReactElement, Ref } from 'react';
import { SearchField } from './field.tsx';

interface FilterFieldProps {
  readonly label: string;
  /** What can be written, on hover. */
  readonly hint?: string | undefined;
  readonly value: string;
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLInputElement>;
  readonly onChange: (value: string) => void;
  /** To the list that it narrows. */
  readonly onLeave: () => void;
}

/** Narrows a list. Escape clears it, then leaves it; Enter and the arrow down leave it as it is. */
export const FilterField = ({ label, hint, value, className, ref, onChange, onLeave }: FilterFieldProps): ReactElement => (
  <SearchField
    {...(ref && { ref })}
    className={className}
    label={label}
    {...(hint !== undefined && { hint })}
    command="list.filter"
    value={value}
    onChange={onChange}
    onKeyDown={(event) => {
      if (event.key === 'Escape' && value !== '') onChange('');
      else if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key !== 'Escape' || value === '') onLeave();
    }}
  />
);
