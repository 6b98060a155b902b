import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, File, Folder, Link2 } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useServices } from '../../stores/services.tsx';
import { diskSize } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { movedIndex } from '../../ui/table-layout.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { type Directory, type TreeLine, treeLines } from './layer-tree.ts';
import styles from './layers.module.css';

const words = t.layers;
const ROW = 24;
const PAGE = 500;
const PAUSE_MS = 200;
const NONE: ReadonlySet<string> = new Set();

interface Shown {
  readonly layer: string;
  readonly changes: boolean;
  readonly find: string;
}

/** The files of an image after a layer, directory by directory as they are opened; with `find` all that match, whatever directory they are in. */
export function LayerFiles({ id, layer, title, changes, find }: Shown & { readonly id: string; readonly title: string }): ReactElement {
  const { transport } = useServices();
  const prefix = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [directories, setDirectories] = useState<ReadonlyMap<string, Directory> | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(NONE);
  const [active, setActive] = useState(-1);
  const [error, setError] = useState('');
  const [attempt, setAttempt] = useState(0);
  /** What the answers on their way are for; older ones are dropped. */
  const wanted = useRef(0);

  const read = useCallback(
    async (path: string, offset: number) => {
      const mine = wanted.current;
      try {
        const { entries, total } = await transport.request('image.layer-tree', { id, layer, path, find, changes, offset, limit: PAGE });
        if (mine !== wanted.current) return;
        setDirectories((held) => new Map(held).set(path, { entries: offset === 0 ? entries : [...(held?.get(path)?.entries ?? []), ...entries], total }));
        setError('');
      } catch (cause) {
        if (mine === wanted.current) setError(cause instanceof Error ? cause.message : String(cause));
      }
    },
    [transport, id, layer, find, changes],
  );
  useEffect(() => {
    wanted.current++;
    const timer = setTimeout(
      () => {
        setDirectories(null);
        setActive(-1);
        void read('/', 0);
        // Directories that were open stay so in the next layer.
        if (find === '') for (const path of open) void read(path, 0);
      },
      find === '' ? 0 : PAUSE_MS,
    );
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- opening one reads that one alone
  }, [read, attempt]);

  const lines = useMemo(() => (directories ? treeLines(directories, find === '' ? open : NONE) : []), [directories, open, find]);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 12 });

  const fold = (path: string, isOpen: boolean) => {
    setOpen((held) => {
      const next = new Set(held);
      if (isOpen) next.add(path);
      else next.delete(path);
      return next;
    });
    if (isOpen && !directories?.has(path)) void read(path, 0);
  };
  const act = (line: TreeLine) => {
    if (line.kind === 'more') void read(line.path, directories?.get(line.path)?.entries.length ?? 0);
    else if (line.entry.type === 'directory' && find === '') fold(line.path, !line.open);
  };
  const keyDown = (event: KeyboardEvent) => {
    const line = lines[active];
    const moved = movedIndex(event.key, active, lines.length, 15);
    if (moved !== null) {
      setActive(moved);
      virtual.scrollToIndex(moved);
    } else if (!line) return;
    else if (event.key === 'Enter' || event.key === ' ') act(line);
    else if (event.key === 'ArrowRight' && line.kind === 'entry' && line.entry.type === 'directory' && !line.open) act(line);
    else if (event.key === 'ArrowLeft' && line.kind === 'entry') {
      if (line.open) act(line);
      else setActive(lines.findIndex(({ kind, path }) => kind === 'entry' && path === line.path.slice(0, line.path.lastIndexOf('/'))));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (error !== '') {
    return <EmptyState alert title={words.failedTree} text={error} action={<Button onClick={() => setAttempt((count) => count + 1)}>{t.retry}</Button>} />;
  }
  if (directories === null) return <EmptyState title={t.loading} />;
  if (lines.length === 0) return <EmptyState title={find !== '' ? words.noMatch : changes ? words.noChanges : words.nothing} />;
  return (
    <div
      ref={scroll}
      role="tree"
      aria-label={words.tree(title)}
      tabIndex={0}
      aria-activedescendant={active < 0 ? undefined : `${prefix}${active}`}
      className={styles.tree}
      onKeyDown={keyDown}
    >
      <div className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <Line
                key={`${line.kind} ${line.path}`}
                domId={`${prefix}${item.index}`}
                line={line}
                name={find === '' ? undefined : line.path}
                top={item.start}
                active={item.index === active}
                onClick={() => {
                  setActive(item.index);
                  act(line);
                }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function Line({
  domId,
  line,
  name,
  top,
  active,
  onClick,
}: {
  readonly domId: string;
  readonly line: TreeLine;
  /** In place of the entry's own. */
  readonly name: string | undefined;
  readonly top: number;
  readonly active: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const style = { transform: `translateY(${top}px)`, paddingInlineStart: 8 + line.depth * 16 };
  if (line.kind === 'more') {
    return (
      <div
        id={domId}
        role="treeitem"
        aria-level={line.depth + 1}
        className={cx(styles.line, styles.more, active && styles.active)}
        style={style}
        onClick={onClick}
      >
        {words.more(line.left)}
      </div>
    );
  }
  const { entry, open } = line;
  const isDirectory = entry.type === 'directory';
  const { added, changed, deleted } = entry.below;
  return (
    <div
      id={domId}
      role="treeitem"
      aria-level={line.depth + 1}
      {...(isDirectory && name === undefined && { 'aria-expanded': open })}
      className={cx(styles.line, active && styles.active)}
      data-change={entry.change}
      style={style}
      onClick={onClick}
    >
      <span className={styles.fold}>{isDirectory && name === undefined && (open ? <ChevronDown /> : <ChevronRight />)}</span>
      <span className={styles.kind}>{isDirectory ? <Folder /> : entry.link === '' ? <File /> : <Link2 />}</span>
      <span className={styles.fileName} title={visibleText(line.path)}>
        {visibleText(name ?? entry.name)}
        {entry.link !== '' && <span className={styles.link}> → {visibleText(entry.link)}</span>}
      </span>
      {isDirectory && <span className={styles.below}>{words.below(added, changed, deleted)}</span>}
      <span className={styles.fileSize}>
        <Quantity of={diskSize(entry.size)} />
      </span>
      <span className={styles.mark} title={words.marks[entry.change]}>
        <span aria-hidden="true">{words.letters[entry.change]}</span>
        <span className="visually-hidden">{words.marks[entry.change]}</span>
      </span>
    </div>
  );
}
