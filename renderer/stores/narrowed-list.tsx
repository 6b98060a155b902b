import { SearchX } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../strings/t.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useUi, useUiState } from './services.tsx';
import type { Place } from './ui-store.ts';

interface NarrowedListProps {
  readonly place: Place;
  readonly icon: ReactElement;
  readonly words: {
    readonly noneMatch: string;
    readonly noneMatchText: (filter: string) => string;
    readonly noneInScope: string;
    readonly noneInScopeText: string;
    readonly showAll: string;
  };
}

/** There are objects, but the filter or else the scope leaves none of them: says which, and takes it away. */
export function NarrowedList({ place, icon, words }: NarrowedListProps): ReactElement {
  const ui = useUi();
  const filter = useUiState((state) => state.filters[place]);
  if (filter !== '') {
    const clear = <Button onClick={() => ui.setFilter(place, '')}>{t.clearFilter}</Button>;
    return <EmptyState icon={<SearchX />} title={words.noneMatch} text={words.noneMatchText(filter)} action={clear} />;
  }
  const all = <Button onClick={() => ui.setList(place, { scope: 'all' })}>{words.showAll}</Button>;
  return <EmptyState icon={icon} title={words.noneInScope} text={words.noneInScopeText} action={all} />;
}
