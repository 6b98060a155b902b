import { ArrowDown, ArrowUp, Copy, WrapText } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useMemo, useState, useSyncExternalStore } from 'react';
import { useUi, useUiState } from '../../stores/services.tsx';
import { thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { LogFind } from '../../ui/log-buffer.ts';
import { LogView } from '../../ui/log-view.tsx';
import { findClass, ToolNote, ToolRow } from '../../ui/tool-row.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { useStepLog } from './use-build.ts';

const words = t.builds;

/** What one step printed; it follows a step that runs. */
export function StepLog({
  id,
  step,
  name,
  running,
  error: stepError,
}: {
  readonly id: string;
  readonly step: number;
  readonly name: string;
  readonly running: boolean;
  /** Why the step failed; empty: it did not. */
  readonly error: string;
}): ReactElement {
  const ui = useUi();
  const { buffer, error, isRead } = useStepLog(id, step);
  const version = useSyncExternalStore(buffer.subscribe, () => buffer.version);
  const wrap = useUiState((state) => state.logWrap);
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState(-1);
  const find = useMemo(() => new LogFind(buffer), [buffer]);
  // `version` stands for what the buffer holds now.
  const matches = useMemo(() => (version >= 0 ? find.matches(query) : []), [find, query, version]);
  const go = (way: 1 | -1) => {
    const at = matches.indexOf(current);
    const next = at < 0 ? (way === 1 ? 0 : matches.length - 1) : (at + way + matches.length) % matches.length;
    setCurrent(matches[next] ?? -1);
  };
  const findKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
  };
  return (
    <section aria-label={words.stepLog(name)} style={{ display: 'contents' }}>
      {(buffer.length > 0 || running) && (
        <ToolRow
          end={
            <>
              <IconButton small label={t.logs.wrap} aria-pressed={wrap} onClick={() => ui.setState({ logWrap: !wrap })}>
                <WrapText />
              </IconButton>
              <IconButton small label={t.logs.copy} onClick={() => void navigator.clipboard.writeText(buffer.text())}>
                <Copy />
              </IconButton>
            </>
          }
        >
          <SearchField
            className={findClass}
            command="details.find"
            label={t.logs.find}
            value={query}
            onChange={(text) => (setQuery(text), setCurrent(-1))}
            onKeyDown={findKey}
          />
          {query === '' ? (
            <ToolNote>{words.lines(buffer.length)}</ToolNote>
          ) : (
            <>
              <ToolNote>
                {matches.length === 0
                  ? t.logs.noMatches
                  : current < 0
                    ? thousands(matches.length)
                    : t.logs.matches(matches.indexOf(current) + 1, matches.length)}
              </ToolNote>
              <IconButton small label={t.logs.previous} disabled={matches.length === 0} onClick={() => go(-1)}>
                <ArrowUp />
              </IconButton>
              <IconButton small label={t.logs.next} disabled={matches.length === 0} onClick={() => go(1)}>
                <ArrowDown />
              </IconButton>
            </>
          )}
        </ToolRow>
      )}
      {stepError !== '' && <Banner look="error">{visibleText(stepError)}</Banner>}
      {error !== '' && (
        <Banner look="error">
          {words.logFailed}: {error}
        </Banner>
      )}
      {buffer.length > 0 ? (
        <LogView buffer={buffer} times={false} wrap={wrap} query={query} matches={matches} current={current} />
      ) : (
        stepError === '' &&
        (running || isRead) && <EmptyState title={running ? words.noOutputYet : words.noOutput} {...(!running && { text: words.noOutputText })} />
      )}
    </section>
  );
}
