import { ArrowDown, ArrowUp, CaseSensitive, ListFilter, Regex } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import type { LogSearch } from '../../../stores/log-search.ts';
import { useUi, useUiState } from '../../../stores/services.tsx';
import type { LogSought } from '../../../stores/ui-store.ts';
import { thousands } from '../../../strings/format.ts';
import { t } from '../../../strings/t.ts';
import { IconButton } from '../../../ui/button.tsx';
import { SearchField } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { findClass, ToolNote } from '../../../ui/tool-row.tsx';
import { SaveSearchDialog } from './save-search-dialog.tsx';
import { SearchMenu } from './search-menu.tsx';
import type { Cursor } from './use-log.ts';

const CONTEXTS = ['0', '2', '5', '20'];

/** The field that searches the log, how, and what it has found. */
export function FindTools({
  value,
  onChange,
  search,
  cursor,
}: {
  readonly value: LogSought;
  readonly onChange: (value: LogSought) => void;
  readonly search: LogSearch;
  readonly cursor: Cursor;
}): ReactElement {
  const ui = useUi();
  const filters = useUiState((state) => state.logFilters);
  const context = useUiState((state) => state.logContext);
  const field = useRef<HTMLInputElement>(null);
  const [saving, setSaving] = useState(false);
  const words = t.logs;
  const { text, isRegex, isCaseSensitive } = value;

  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      search.hurry();
      cursor.go(event.shiftKey ? -1 : 1);
    } else if (event.altKey && event.key.toLowerCase() === 'c') onChange({ ...value, isCaseSensitive: !isCaseSensitive });
    else if (event.altKey && event.key.toLowerCase() === 'r') onChange({ ...value, isRegex: !isRegex });
    else if (event.altKey && event.key.toLowerCase() === 's' && text !== '') setSaving(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const none = search.length === 0;

  return (
    <>
      <SearchField
        ref={field}
        className={findClass}
        label={words.find}
        command="details.find"
        value={text}
        onChange={(next) => onChange({ ...value, text: next })}
        onKeyDown={keyDown}
      />
      <IconButton
        small
        label={words.isCase}
        keys="Alt+C"
        aria-pressed={isCaseSensitive}
        onClick={() => onChange({ ...value, isCaseSensitive: !isCaseSensitive })}
      >
        <CaseSensitive />
      </IconButton>
      <IconButton small label={words.isRegex} keys="Alt+R" aria-pressed={isRegex} onClick={() => onChange({ ...value, isRegex: !isRegex })}>
        <Regex />
      </IconButton>
      <SearchMenu value={value} onChange={onChange} onSave={() => setSaving(true)} />
      {saving && <SaveSearchDialog search={{ ...value, filters }} onClose={() => setSaving(false)} />}
      {text !== '' && (
        <>
          <IconButton small label={words.filter} aria-pressed={filters} onClick={() => ui.setState({ logFilters: !filters })}>
            <ListFilter />
          </IconButton>
          {filters && (
            <Select
              label={words.context}
              value={String(context)}
              options={CONTEXTS.map((number) => ({ value: number, label: words.contextOf(Number(number)) }))}
              onChange={(next) => ui.setState({ logContext: Number(next) })}
            />
          )}
          <IconButton small label={words.previous} keys="Shift+Enter" disabled={none} onClick={() => cursor.go(-1)}>
            <ArrowUp />
          </IconButton>
          <IconButton small label={words.next} keys="Enter" disabled={none} onClick={() => cursor.go(1)}>
            <ArrowDown />
          </IconButton>
          <Found search={search} cursor={cursor} />
        </>
      )}
    </>
  );
}

function Found({ search, cursor }: { readonly search: LogSearch; readonly cursor: Cursor }): ReactElement {
  const words = t.logs;
  const { error, isDone, count, milliseconds } = search;
  if (error !== '') return <ToolNote title={error}>{words.badPattern}</ToolNote>;
  if (count === 0 && (!isDone || search.query === null)) return <ToolNote>{words.searching}</ToolNote>;
  const title = isDone && milliseconds > 0 ? { title: words.searchedIn(milliseconds) } : {};
  return (
    <ToolNote {...title}>
      {count === 0 ? words.noMatches : cursor.index < search.first ? thousands(count) : words.matches(cursor.index - search.first + 1, count)}
    </ToolNote>
  );
}
