import { FileText, FileX, SearchX } from 'lucide-react';
import { type ReactElement, useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { LogQuery } from '../../../../electron/ipc/contract/logs.ts';
import { patternOf } from '../../../stores/log-search.ts';
import { tellFailure, useServices, useUiState } from '../../../stores/services.tsx';
import type { LogSought } from '../../../stores/ui-store.ts';
import { exactTime } from '../../../strings/format.ts';
import { t } from '../../../strings/t.ts';
import { plainText } from '../../../ui/ansi.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import type { ShownSource } from '../../../ui/log-row.tsx';
import { LogView, type SelectedLines } from '../../../ui/log-view.tsx';
import { Select } from '../../../ui/select.tsx';
import { ToolNote, ToolRow } from '../../../ui/tool-row.tsx';
import { FindTools } from './find-tools.tsx';
import { useCursor, useHits, useLog, useQuery } from './use-log.ts';
import { ViewTools } from './view-tools.tsx';

const NOTHING: LogSought = { text: '', isRegex: false, isCaseSensitive: false };
const STREAMS = ['all', 'stdout', 'stderr'] as const;
const NO_MATCHES: readonly number[] = [];

export interface LogPanelProps {
  readonly ids: readonly string[];
  /** In the order of the ids, with the colours by which their lines are told apart. */
  readonly sources: readonly ShownSource[];
  readonly running: boolean;
}

/** The log of a container, or of several as one list: all of it, or what was found in it. */
export function LogPanel({ ids, sources, running }: LogPanelProps): ReactElement {
  const { toasts, ui } = useServices();
  const { log, search } = useLog(ids);
  const times = useUiState((state) => state.logTimes);
  const wrap = useUiState((state) => state.logWrap);
  const filters = useUiState((state) => state.logFilters);
  const context = useUiState((state) => state.logContext);
  const [value, setValue] = useState(NOTHING);
  const [stream, setStream] = useState<LogQuery['stream']>('all');
  const [selected, setSelected] = useState<SelectedLines | null>(null);
  const isSearch = value.text !== '' || stream !== 'all';
  const isFiltered = stream !== 'all' || (filters && value.text !== '');
  useQuery(search, isSearch ? { ...value, stream } : null);
  const hits = useHits(log, search, value.text === '' ? 0 : context);
  const cursor = useCursor(log, search, isFiltered ? hits : null);
  const marks = isSearch && !isFiltered ? search.marks() : NO_MATCHES;
  const pattern = useMemo(() => (value.text === '' ? '' : (patternOf(value) ?? '')), [value]);
  const words = t.logs;
  const names = sources.map(({ name }) => name);
  const source = isFiltered ? hits : log;

  const change = (next: LogSought): void => {
    setValue(next);
    setSelected(null);
    cursor.reset();
  };
  const seek = useEffectEvent((text: string) => change({ ...NOTHING, text }));
  useEffect(() => {
    const take = () => {
      const { soughtInLog } = ui.getState();
      if (soughtInLog === null) return;
      ui.setState({ soughtInLog: null });
      seek(soughtInLog);
    };
    take();
    return ui.subscribe(take);
  }, [ui]);
  const copy = async (lines: SelectedLines | null): Promise<void> => {
    try {
      const { from, to } = lines ?? { from: source.first, to: source.end - 1 };
      const read = await source.read(from, to - from + 1);
      const text = read.map(
        (line) =>
          `${times && line.time > 0 ? `${exactTime(line.time)} ` : ''}${line.source === undefined ? '' : `${names[line.source] ?? ''} `}${plainText(line.text)}\n`,
      );
      await navigator.clipboard.writeText(text.join(''));
      toasts.add({ title: words.copied(read.length), type: 'success', timeout: 3000 });
    } catch (error) {
      tellFailure(toasts, words.copyFailed, error);
    }
  };

  return (
    <>
      <ToolRow end={<ViewTools log={log} names={names} selected={selected} onCopy={(lines) => void copy(lines)} />}>
        <FindTools value={value} onChange={change} search={search} cursor={cursor} />
        {value.text === '' && <ToolNote>{words.lines(isFiltered ? search.count : log.end - log.first)}</ToolNote>}
        <Select
          label={words.stream}
          value={stream}
          options={STREAMS.map((one) => ({ value: one, label: words.streams[one] }))}
          onChange={(next) => {
            setStream(STREAMS.find((one) => one === next) ?? 'all');
            setSelected(null);
            cursor.reset();
          }}
        />
      </ToolRow>
      {log.error !== '' && log.end > 0 && (
        <Banner look="error">
          {words.failed}: {log.error}
        </Banner>
      )}
      {source.end > source.first ? (
        <LogView
          // A list of other lines begins at its end again.
          key={`${ids.join()} ${isFiltered}`}
          buffer={source}
          times={times}
          wrap={wrap}
          query={pattern}
          matches={NO_MATCHES}
          marks={marks}
          current={cursor.row}
          selected={selected}
          onSelect={setSelected}
          onCopy={(lines) => void copy(lines)}
          sources={sources}
        />
      ) : (
        <Nothing log={log} isFiltered={isFiltered} isSearching={!search.isDone} running={running} onClear={() => (setStream('all'), change(NOTHING))} />
      )}
    </>
  );
}

function Nothing({
  log,
  isFiltered,
  isSearching,
  running,
  onClear,
}: {
  readonly log: ReturnType<typeof useLog>['log'];
  readonly isFiltered: boolean;
  readonly isSearching: boolean;
  readonly running: boolean;
  readonly onClear: () => void;
}): ReactElement | null {
  const words = t.logs;
  if (!log.isLoaded || (isFiltered && isSearching)) return null;
  if (log.error.includes('does not support reading')) return <EmptyState icon={<FileX />} title={words.notKept} text={words.notKeptText} />;
  if (log.error !== '') return <EmptyState icon={<FileX />} title={words.failed} text={log.error} />;
  if (isFiltered && log.end > log.first) {
    return <EmptyState icon={<SearchX />} title={words.noneMatch} text={words.noneMatchText} action={<Button onClick={onClear}>{words.clearSearch}</Button>} />;
  }
  if (log.isCleared) {
    return (
      <EmptyState
        icon={<FileText />}
        title={words.emptyCleared}
        text={words.emptyClearedText}
        action={<Button onClick={() => log.showAll()}>{words.showAll}</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<FileText />}
      title={running ? words.emptyRunning : words.emptyStopped}
      text={running ? words.emptyRunningText : words.emptyStoppedText}
    />
  );
}
