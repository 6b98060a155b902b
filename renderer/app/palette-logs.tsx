import { FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LogHit } from '../../electron/ipc/contract/logs.ts';
import type { CommandContext } from '../stores/commands.ts';
import { useCommandContext } from '../stores/object-commands.tsx';
import { clockTime } from '../strings/format.ts';
import { t } from '../strings/t.ts';
import { plainText } from '../ui/ansi.ts';
import { visibleText } from '../ui/visible-text.ts';
import { searchable } from './fuzzy.ts';
import type { Entry } from './palette-entries.ts';

const NONE: readonly Entry[] = [];
/** Fewer letters are in nearly every line. */
const LETTERS = 3;
const TYPING_MS = 150;
const LIMIT = 20;
/** Characters of a line: more is not seen. */
const SHOWN = 300;

function entryOf(context: CommandContext, text: string, { id, name, source, number, time, text: line }: LogHit): Entry {
  return {
    ...searchable(visibleText(plainText(line).trim().slice(0, SHOWN)), `${name} ${time > 0 ? clockTime(time) : ''}`),
    id: `log ${id} ${source} ${number}`,
    section: t.palette.logLines,
    icon: <FileText />,
    passing: true,
    run: () => {
      context.services.ui.setTab('containers', 'logs');
      context.services.ui.setState({ soughtInLog: text });
      context.navigate(`/containers/${id}`);
    },
  };
}

/** The newest lines of the logs of running containers that have `query`, once nobody has typed for a moment; an answer that comes too late is dropped. */
export function useLogLines(query: string): readonly Entry[] {
  const context = useCommandContext();
  const [found, setFound] = useState<{ readonly text: string; readonly entries: readonly Entry[] }>({ text: '', entries: NONE });
  const text = query.trim();
  useEffect(() => {
    if (text.length < LETTERS) return;
    let over = false;
    const timer = setTimeout(() => {
      context.services.transport.request('logs.search', { text: text.slice(0, 200), limit: LIMIT }).then(
        ({ hits }) => {
          if (!over) setFound({ text, entries: hits.map((hit) => entryOf(context, text, hit)) });
        },
        // Without an engine there are no log lines; that it is down, the window says by itself.
        () => undefined,
      );
    }, TYPING_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [context, text]);
  return found.text === text ? found.entries : NONE;
}
