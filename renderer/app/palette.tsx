import { Dialog } from '@base-ui/react/dialog';
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useCommandContext } from '../stores/object-commands.tsx';
import { useEngine, useServices, useUi, useUiState } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import { cx } from '../ui/class-names.ts';
import { useFocusBack } from '../ui/focus-back.ts';
import { Keys } from '../ui/keys.tsx';
import { MiddleText } from '../ui/middle-text.tsx';
import { hits, wordsOf } from './fuzzy.ts';
import styles from './palette.module.css';
import { appEntries, commandEntries, type Entry, found, inSections, objectEntries } from './palette-entries.ts';
import { useLogLines } from './palette-logs.tsx';

const PAGE = 8;

/** Objects, actions and log lines by name. */
export function Palette(): ReactElement {
  const ui = useUi();
  const open = useUiState((state) => state.overlay === 'palette');
  const close = () => ui.setState(({ overlay }) => ({ overlay: overlay === 'palette' ? 'none' : overlay, paletteText: '' }));
  const popup = useRef<HTMLDivElement>(null);
  const back = useFocusBack(open, popup);
  // What was closed goes with the next frame: opened again before that, it begins anew, without what was typed.
  const [turn, setTurn] = useState({ open, number: 0 });
  if (turn.open !== open) setTurn({ open, number: turn.number + Number(open) });
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup ref={popup} finalFocus={back} className={styles.popup} aria-label={t.palette.title}>
          <Search key={turn.number} onDone={close} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Everything there is to be found; each kind is read anew only when something of it may have changed. */
function useEntries(): readonly Entry[] {
  const context = useCommandContext();
  const { tasks, builds } = useServices();
  const containers = useEngine((state) => state.containers);
  const images = useEngine((state) => state.images);
  const volumes = useEngine((state) => state.volumes);
  const networks = useEngine((state) => state.networks);
  const shownTasks = useStore(tasks, (state) => state.tasks);
  const shownBuilds = useStore(builds, (state) => state.builds);
  return useMemo(() => {
    void [containers, images, volumes, networks, shownTasks, shownBuilds];
    return [...appEntries(context), ...context.commands.kinds.flatMap((kind) => objectEntries(context, kind))];
  }, [context, containers, images, volumes, networks, shownTasks, shownBuilds]);
}

function Search({ onDone }: { readonly onDone: () => void }): ReactElement {
  const context = useCommandContext();
  const ui = useUi();
  const prefix = useId();
  const recent = useUiState((state) => state.recent);
  const entries = useEntries();
  const [query, setQuery] = useState(() => ui.getState().paletteText);
  const [at, setAt] = useState(0);
  /** The object whose commands are shown. */
  const [of, setOf] = useState<Entry | null>(null);
  const lines = useLogLines(of ? '' : query);
  const sections = useMemo(() => {
    const known = of?.object ? found(context, commandEntries(context, of.object, of.title), query, []) : found(context, entries, query, recent);
    return lines.length > 0 ? [...known, ...inSections(lines)] : known;
  }, [context, entries, query, recent, of, lines]);
  const shown = useMemo(() => sections.flatMap((section) => section.entries), [sections]);
  const current = Math.min(at, shown.length - 1);
  const words = useMemo(() => wordsOf(query), [query]);

  const show = (text: string) => {
    setQuery(text);
    setAt(0);
  };
  const enter = (entry: Entry | undefined) => {
    if (!entry?.object || of) return false;
    setOf(entry);
    show('');
    return true;
  };
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onDone();
    if (!entry.passing) ui.noteUse(entry.remembered ?? entry.id);
    entry.run();
  };
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const bare = !event.ctrlKey && !event.altKey && !event.metaKey;
    const atEnd = event.currentTarget.selectionStart === query.length;
    if (event.key === 'ArrowDown') setAt(shown.length === 0 ? 0 : (current + 1) % shown.length);
    else if (event.key === 'ArrowUp') setAt(shown.length === 0 ? 0 : (current - 1 + shown.length) % shown.length);
    else if (event.key === 'PageDown') setAt(Math.min(shown.length - 1, current + PAGE));
    else if (event.key === 'PageUp') setAt(Math.max(0, current - PAGE));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(shown[current]);
    else if ((event.key === 'Tab' && bare && !event.shiftKey) || (event.key === 'ArrowRight' && bare && atEnd)) {
      // Tab stays here in any case: there is nothing else to go to.
      if (!enter(shown[current]) && event.key !== 'Tab') return;
    } else if (of && ((event.key === 'Backspace' && query === '') || event.key === 'Escape')) {
      setOf(null);
      show('');
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  let index = -1;
  return (
    <>
      <div className={styles.field}>
        {of && (
          <span className={styles.chip}>
            {of.icon}
            {of.title}
          </span>
        )}
        <input
          className={styles.input}
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={`${prefix}list`}
          aria-activedescendant={shown.length > 0 ? `${prefix}${current}` : undefined}
          aria-label={of ? t.palette.commandsOf(of.title) : t.palette.label}
          placeholder={of ? t.palette.commandsOf(of.title) : t.palette.label}
          value={query}
          spellCheck={false}
          autoFocus
          onChange={(event) => show(event.target.value)}
          onKeyDown={keyDown}
        />
      </div>
      <span className="visually-hidden" role="status">
        {t.palette.count(shown.length)}
      </span>
      <div id={`${prefix}list`} className={styles.list} role="listbox" aria-label={t.palette.results} tabIndex={-1}>
        {sections.map(({ title, entries: held }, section) => (
          <div key={title} role="group" aria-labelledby={`${prefix}section${section}`}>
            <div id={`${prefix}section${section}`} className={styles.section} role="presentation">
              {title}
            </div>
            {held.map((entry) => {
              index++;
              const place = index;
              return (
                <div
                  key={entry.id}
                  id={`${prefix}${place}`}
                  ref={place === current ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
                  className={cx(styles.entry, entry.danger && styles.danger)}
                  role="option"
                  aria-selected={place === current}
                  onPointerMove={() => setAt(place)}
                  onClick={() => choose(entry)}
                >
                  {entry.icon}
                  <Title entry={entry} places={hits(entry, words)} />
                  <MiddleText text={entry.note} className={styles.note} />
                  {entry.keys !== undefined && <Keys of={entry.keys} />}
                  {entry.object && !of && place === current && <ChevronRight className={styles.more} />}
                </div>
              );
            })}
          </div>
        ))}
        {shown.length === 0 && <p className={styles.empty}>{t.palette.empty}</p>}
      </div>
      <div className={styles.foot} aria-hidden="true">
        <span>
          <Keys of="Enter" /> {t.palette.open}
        </span>
        {shown[current]?.object && !of && (
          <span>
            <Keys of="Tab" /> {t.palette.more}
          </span>
        )}
        <span>
          <Keys of="Esc" /> {of ? t.palette.back : t.close}
        </span>
      </div>
    </>
  );
}

/** A text whose letters at `places` stand out. */
/** The name of an object loses its middle; a line of a log is read from its begin. */
function Title({ entry, places }: { readonly entry: Entry; readonly places: readonly number[] }): ReactElement {
  const part = (text: string, from: number) => <Marked text={text} places={places.map((place) => place - from)} />;
  if (!entry.passing) return <MiddleText text={entry.title} className={styles.title} part={part} />;
  return (
    <span className={styles.line} title={entry.title}>
      {part(entry.title, 0)}
    </span>
  );
}

function Marked({ text, places }: { readonly text: string; readonly places: readonly number[] }): ReactElement {
  if (places.length === 0) return <>{text}</>;
  const marked = new Set(places);
  const parts: { text: string; hit: boolean; from: number }[] = [];
  for (let from = 0; from < text.length; from++) {
    const hit = marked.has(from);
    const last = parts.at(-1);
    if (last?.hit === hit) last.text += text.charAt(from);
    else parts.push({ text: text.charAt(from), hit, from });
  }
  return <>{parts.map((part) => (part.hit ? <b key={part.from}>{part.text}</b> : part.text))}</>;
}
