import { Copy, FileQuestion, RotateCw, SearchX } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { t } from '../strings/t.ts';
import { Button, IconButton } from './button.tsx';
import { EmptyState } from './empty-state.tsx';
import { SearchField } from './field.tsx';
import { jsonNodes } from './json-nodes.ts';
import { JsonTree } from './json-tree.tsx';
import { findClass, ToolNote, ToolRow } from './tool-row.tsx';

const NONE: ReadonlySet<string> = new Set();
type Read = { readonly state: 'loading' } | { readonly state: 'done'; readonly document: unknown } | { readonly state: 'failed'; readonly error: string };

export interface InspectViewProps {
  readonly read: () => Promise<unknown>;
  /** A change of it reads again. */
  readonly revision: unknown;
  /** Stands before the search, whatever is shown. */
  readonly lead?: ReactNode;
}

/** Everything the engine knows of an object. */
export function InspectView({ read, revision, lead }: InspectViewProps): ReactElement {
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

  if (result.state !== 'done') {
    return (
      <>
        {lead !== undefined && <ToolRow>{lead}</ToolRow>}
        {result.state === 'loading' ? (
          <EmptyState title={t.loading} />
        ) : (
          <EmptyState alert icon={<FileQuestion />} title={words.failed} text={result.error} action={<Button onClick={again}>{t.retry}</Button>} />
        )}
      </>
    );
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
        {lead}
        <SearchField className={findClass} command="details.find" label={words.search} value={query} onChange={setQuery} />
        {query !== '' && <ToolNote>{words.matches(hits.length)}</ToolNote>}
      </ToolRow>
      {query !== '' && hits.length === 0 ? <EmptyState icon={<SearchX />} title={t.noMatch} /> : <JsonTree document={result.document} query={query} />}
    </>
  );
}
