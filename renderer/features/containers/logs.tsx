import { ArrowDown, ArrowUp, Ban, Clock, Copy, Download, FileText, WrapText } from 'lucide-react';
import { type ReactElement, type KeyboardEvent as ReactKeyboardEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { LogBuffer, LogFind } from '../../ui/log-buffer.ts';
import { LogView } from '../../ui/log-view.tsx';
import { findClass, ToolNote, ToolRow } from '../../ui/tool-row.tsx';

/** How many lines are asked for at once; older ones stay in the engine. */
const TAIL = 10_000;

/** The log of one container. It is read anew when the container is started again and when the engine is back. */
function useLog(id: string): { readonly buffer: LogBuffer; readonly error: string } {
  const { transport } = useServices();
  const live = useEngine((state) => state.link === 'live');
  const startedAt = useEngine((state) => state.containers.get(id)?.startedAt ?? 0);
  const [buffer] = useState(() => new LogBuffer());
  const [error, setError] = useState('');
  useEffect(() => {
    if (!live) return;
    let fresh = true;
    const stream = transport.open(
      'logs',
      { id, tail: TAIL, follow: true },
      {
        onData: ({ lines }) => {
          if (fresh) {
            buffer.clear();
            setError('');
          }
          fresh = false;
          buffer.append(lines);
        },
        onClose: (failure) => setError(failure?.message ?? ''),
      },
    );
    return () => stream.close();
  }, [transport, buffer, id, live, startedAt]);
  return { buffer, error };
}

export function Logs({ id, name, running }: { readonly id: string; readonly name: string; readonly running: boolean }): ReactElement {
  const ui = useUi();
  const { buffer, error } = useLog(id);
  const version = useSyncExternalStore(buffer.subscribe, () => buffer.version);
  const times = useUiState((state) => state.logTimes);
  const wrap = useUiState((state) => state.logWrap);
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState(-1);
  const findField = useRef<HTMLInputElement>(null);
  const find = useMemo(() => new LogFind(buffer), [buffer]);
  // `version` stands for what the buffer holds now.
  const matches = useMemo(() => (version >= 0 ? find.matches(query) : []), [find, query, version]);
  const words = t.logs;

  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
        event.preventDefault();
        findField.current?.focus();
        findField.current?.select();
      }
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, []);

  const go = (step: 1 | -1) => {
    if (matches.length === 0) return;
    const at = matches.indexOf(current);
    const next = at < 0 ? (step === 1 ? 0 : matches.length - 1) : (at + step + matches.length) % matches.length;
    setCurrent(matches[next] ?? -1);
  };
  const findKey = (event: ReactKeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      event.stopPropagation();
      setQuery('');
      setCurrent(-1);
    }
  };
  const download = () => {
    const url = URL.createObjectURL(new Blob([buffer.text()], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${name}.log`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  return (
    <>
      <ToolRow
        end={
          <>
            <IconButton small label={words.times} aria-pressed={times} onClick={() => ui.setState({ logTimes: !times })}>
              <Clock />
            </IconButton>
            <IconButton small label={words.wrap} aria-pressed={wrap} onClick={() => ui.setState({ logWrap: !wrap })}>
              <WrapText />
            </IconButton>
            <IconButton small label={words.copy} onClick={() => void navigator.clipboard.writeText(buffer.text())}>
              <Copy />
            </IconButton>
            <IconButton small label={words.download} onClick={download}>
              <Download />
            </IconButton>
            <IconButton small label={words.clear} onClick={() => buffer.clear()}>
              <Ban />
            </IconButton>
          </>
        }
      >
        <SearchField
          ref={findField}
          className={findClass}
          label={words.find}
          keys="Mod+F"
          value={query}
          onChange={(text) => {
            setQuery(text);
            setCurrent(-1);
          }}
          onKeyDown={findKey}
        />
        {query === '' ? (
          <ToolNote>{words.lines(buffer.length)}</ToolNote>
        ) : (
          <>
            <ToolNote>
              {matches.length === 0 ? words.noMatches : current < 0 ? thousands(matches.length) : words.matches(matches.indexOf(current) + 1, matches.length)}
            </ToolNote>
            <IconButton small label={words.previous} keys="Shift+Enter" disabled={matches.length === 0} onClick={() => go(-1)}>
              <ArrowUp />
            </IconButton>
            <IconButton small label={words.next} keys="Enter" disabled={matches.length === 0} onClick={() => go(1)}>
              <ArrowDown />
            </IconButton>
          </>
        )}
      </ToolRow>
      {error !== '' && (
        <Banner look="error">
          {words.failed}: {error}
        </Banner>
      )}
      {buffer.length === 0 ? (
        <EmptyState
          icon={<FileText />}
          title={running ? words.emptyRunning : words.emptyStopped}
          text={running ? words.emptyRunningText : words.emptyStoppedText}
        />
      ) : (
        <LogView buffer={buffer} times={times} wrap={wrap} query={query} matches={matches} current={current} />
      )}
    </>
  );
}
