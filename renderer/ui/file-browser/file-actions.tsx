import { ClipboardCopy, Download, FolderOpen, Pencil, SquareTerminal, Trash2 } from 'lucide-react';
import { type DragEvent, useCallback, useMemo, useState } from 'react';
import { t } from '../../strings/t.ts';
import type { MenuAction } from '../menu.tsx';
import { visibleName } from '../visible-text.ts';
import { type FileRow, isReachable } from './entries.ts';
import type { NameQuestion } from './name-dialog.tsx';
import { hasEscapes, joinPath, nameOf } from './paths.ts';
import type { FileSource, NewFile } from './source.ts';

export interface FileActionsOptions {
  readonly source: FileSource;
  readonly path: string;
  readonly rows: ReadonlyMap<string, FileRow>;
  readonly selected: ReadonlySet<string>;
  readonly reload: () => void;
  readonly open: (row: FileRow) => void;
  /** A new file is there, empty. */
  readonly onMade: (path: string) => void;
  /** Something has got this name. */
  readonly onNamed: (name: string) => void;
  readonly onRemoved: (paths: readonly string[]) => void;
}

/** Files that an upload would replace, and what goes on with it. */
export interface Replacing {
  readonly names: readonly string[];
  readonly go: () => void;
}

/** What can be done with the files of a folder, with the questions that stand before it. */
export function useFileActions(options: FileActionsOptions) {
  const { source, path, rows, selected, reload, open, onMade, onNamed, onRemoved } = options;
  const [question, setQuestion] = useState<NameQuestion | null>(null);
  const [removing, setRemoving] = useState<readonly string[] | null>(null);
  const [replacing, setReplacing] = useState<Replacing | null>(null);
  const words = t.files;

  const rename = useCallback(
    (row: FileRow) => {
      const taken = takenNames(rows);
      taken.delete(row.Name);
      const named = (name: string) => {
        onNamed(name);
        reload();
      };
      const done = (name: string) =>
        void source.rename(joinPath(path, row.Name), joinPath(path, name)).then(
          () => named(name),
          (error: unknown) => source.tell(words.notRenamed(visibleName(row.Name)), error),
        );
      setQuestion({ title: words.renameTitle(visibleName(row.Name)), action: words.rename, initial: row.Name, taken, done });
    },
    [rows, source, path, reload, onNamed, words],
  );

  /** Null: none of them can be. */
  const taken = useCallback(
    (ids: readonly string[]) => {
      const found = ids.flatMap((id) => {
        const row = rows.get(id);
        return row && isReachable(row) && row.Type !== 'other' ? [row] : [];
      });
      const [first] = found;
      if (!first) return null;
      const title = found.length > 1 ? words.notDownloadedMany(found.length) : words.notDownloaded(visibleName(first.Name));
      return { paths: found.map((row) => joinPath(path, row.Name)), name: found.length > 1 ? words.items(found.length) : visibleName(first.Name), title };
    },
    [rows, path, words],
  );
  const download = useCallback(
    (ids: readonly string[]) => {
      const found = taken(ids);
      if (found) source.download(found.paths).catch((error: unknown) => source.tell(found.title, error));
    },
    [taken, source],
  );
  const rowDrag = useMemo(() => {
    const dragged = (id: string) => taken(selected.has(id) ? [...selected] : [id]);
    return {
      aim(id: string) {
        const found = dragged(id);
        if (found) source.dragOut.aim(found.paths);
      },
      begin(event: DragEvent, id: string) {
        const found = dragged(id);
        if (found) source.dragOut.begin(event, { ...found, tell: (title, error) => source.tell(title, error) });
        else event.preventDefault();
      },
    };
  }, [taken, selected, source]);

  /** Of those that can go: not what is gone, nor what something is mounted on. */
  const askRemoval = useCallback(
    (ids: readonly string[]) => {
      const found = ids.filter((id) => {
        const row = rows.get(id);
        return row && isReachable(row) && !row.IsMount;
      });
      if (found.length > 0) setRemoving(found);
    },
    [rows],
  );

  const actionsOf = useCallback(
    (id: string): readonly MenuAction[] => {
      const row = rows.get(id);
      if (!row) return [];
      const target = joinPath(path, row.Name);
      const disabled = !isReachable(row);
      const isFolder = row.Type === 'directory';
      const { openTerminal } = source;
      const targets = selected.has(id) ? [...selected] : [id];
      return [
        { id: 'open', label: words.open, keys: 'Enter', icon: <FolderOpen />, disabled, run: () => open(row) },
        {
          id: 'download',
          label: targets.length > 1 ? words.downloadMany(targets.length) : isFolder ? words.downloadTar : words.download,
          icon: <Download />,
          disabled: disabled || row.Type === 'other',
          run: () => download(targets),
        },
        { id: 'rename', label: words.rename, keys: 'F2', icon: <Pencil />, disabled: disabled || row.IsMount, run: () => rename(row) },
        { id: 'copy', label: words.copyPath, icon: <ClipboardCopy />, apart: true, run: () => void navigator.clipboard.writeText(target) },
        ...(openTerminal && isFolder
          ? [
              {
                id: 'terminal',
                label: words.terminal,
                icon: <SquareTerminal />,
                disabled: disabled || hasEscapes(target),
                run: () => openTerminal(target),
              } satisfies MenuAction,
            ]
          : []),
        {
          id: 'remove',
          label: targets.length > 1 ? words.removeMany(targets.length) : words.remove,
          keys: 'Del',
          icon: <Trash2 />,
          danger: true,
          apart: true,
          disabled: disabled || row.IsMount,
          run: () => askRemoval(targets),
        },
      ];
    },
    [rows, path, source, selected, open, rename, download, askRemoval, words],
  );

  const remove = (ids: readonly string[]) => {
    const paths = ids.flatMap((id) => {
      const row = rows.get(id);
      return row && isReachable(row) ? [joinPath(path, row.Name)] : [];
    });
    if (paths.length === 0) return;
    source.remove(paths).then(
      (failed) => {
        onRemoved(paths);
        reload();
        const lines = failed.map((one) => `${visibleName(nameOf(one.path))}: ${one.reason}`).join('\n');
        if (failed.length > 0) source.tell(words.notRemoved(failed.length), new Error(lines));
      },
      (error: unknown) => source.tell(words.notRemoved(paths.length), error),
    );
  };

  const ask = (title: string, make: (target: string) => Promise<void>, then: (target: string) => void) =>
    setQuestion({
      title,
      action: words.create,
      initial: '',
      taken: takenNames(rows),
      done: (name) => {
        const target = joinPath(path, name);
        make(target).then(
          () => {
            onNamed(name);
            reload();
            then(target);
          },
          (error: unknown) => source.tell(words.notMade(visibleName(name)), error),
        );
      },
    });

  const upload = (files: readonly NewFile[]) => {
    if (files.length === 0) return;
    const taken = takenNames(rows);
    // A folder takes nobody's place.
    const names = files.flatMap(({ path: name, content }) => (content && taken.has(name) ? [name] : []));
    const go = () => source.uploads.add(path, files);
    if (names.length === 0) go();
    else setReplacing({ names: names.map(visibleName), go });
  };

  return {
    actionsOf,
    question,
    setQuestion,
    download,
    rowDrag,
    removing,
    askRemoval,
    setRemoving,
    remove,
    newFile: () => ask(words.newFile, (target) => source.write(target, new Uint8Array(0), ''), onMade),
    newFolder: () =>
      ask(
        words.newFolder,
        (target) => source.makeDirectory(target),
        () => undefined,
      ),
    upload,
    replacing,
    setReplacing,
  };
}

const takenNames = (rows: ReadonlyMap<string, FileRow>): Set<string> =>
  new Set([...rows.values()].filter(({ Change }) => Change !== 'deleted').map(({ Name }) => Name));
