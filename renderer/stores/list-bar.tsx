import type { ReactElement, RefObject } from 'react';
import { FilterField } from '../ui/filter-field.tsx';
import { filterClass } from '../ui/page.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useUi, useUiState } from './services.tsx';
import type { Place } from './ui-store.ts';

/** What the bar of a list has from its page. */
export interface ListBarProps {
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly onLeaveFilter: () => void;
}

interface ListFilterProps extends ListBarProps {
  readonly place: Place;
  readonly label: string;
  readonly hint?: string;
}

/** Narrows the list of a place to what has the words. */
export function ListFilter({ place, label, hint, filterRef, onLeaveFilter }: ListFilterProps): ReactElement {
  const ui = useUi();
  const filter = useUiState((state) => state.filters[place]);
  return (
    <FilterField
      ref={filterRef}
      className={filterClass}
      label={label}
      hint={hint}
      value={filter}
      onChange={(text) => ui.setFilter(place, text)}
      onLeave={onLeaveFilter}
    />
  );
}

interface ListScopeProps<S extends string> {
  readonly place: Place;
  readonly label: string;
  readonly scopes: readonly S[];
  readonly words: Readonly<Record<S, string>>;
  readonly counts: Readonly<Record<S, number>>;
}

/** Which group of a place's objects is listed, and how many are in each. */
export function ListScope<S extends string>({ place, label, scopes, words, counts }: ListScopeProps<S>): ReactElement {
  const ui = useUi();
  const scope = useUiState((state) => state.lists[place].scope);
  return (
    <Segmented
      label={label}
      value={scope}
      onChange={(value) => ui.setList(place, { scope: value })}
      segments={scopes.map((value) => ({ value, label: words[value], number: counts[value] }))}
    />
  );
}
