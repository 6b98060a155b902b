import { Copy, FileQuestion, RotateCw, SearchX } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { t } from '../strings/t.ts';
import { Button, IconButton } from './button.tsx';
import { EmptyState } from './empty-state.tsx';
import { SearchField } from './field.tsx';
import { jsonNodes } from './json-nodes.ts';
import { JsonTree } from './json-tree.tsx';
import { findClass, ToolNote, ToolRow } from './tool-row.tsx';

const NONE: ReadonlySet<string> = new Set();
type Read = { readonly state: 'loading' } | { readonly state: 'done'; readonly document: unknown } | { readonly state: 'failed'; readonly error: string };

/** Everything the engine knows of an object. `read` gives it; a change of `revision` reads it again. */
export function InspectView({ read, revision }: { readonly read: () => Promise<unknown>; readonly revision: unknown }): ReactElement {
  const [result, setResult] = useState<Read>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [query, setQuery] = useState('');
  useEffect(() => {
    let stale = false;
    read().then(
      (document) => !stale && setResult({ state: 'done', document }),
      (error: unknown) => !stale && setResult({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      stale = true;
    };
  }, [read, revision, attempt]);
  const again = () => setAttempt((count) => count + 1);
  const words = t.inspect;

  if (result.state === 'loading') return <EmptyState title={t.loading} />;
  if (result.state === 'failed') {
    return <EmptyState alert icon={<FileQuestion />} title={words.failed} text={result.error} action={<Button onClick={again}>{t.retry}</Button>} />;
  }
  const hits = query === '' ? [] : jsonNodes(result.document, query, NONE, NONE).filter(({ hit }) => hit);
  return (
    <>
      <ToolRow
        end={
          <>
            <IconButton small label={words.copyAll} onClick={() => void navigator.clipboard.writeText(JSON.stringify(result.document, null, 2))}>
              <Copy />
            </IconButton>
            <IconButton small label={words.refresh} onClick={again}>
              <RotateCw />
            </IconButton>
          </>
        }
      >
        <SearchField className={findClass} command="details.find" label={words.search} value={query} onChange={setQuery} />
        {query !== '' && <ToolNote>{words.matches(hits.length)}</ToolNote>}
      </ToolRow>
      {query !== '' && hits.length === 0 ? <EmptyState icon={<SearchX />} title={t.noMatch} /> : <JsonTree document={result.document} query={query} />}
    </>
  );
}
