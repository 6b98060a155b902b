import { useEffect, useMemo, useState } from 'react';
import { partsOf, referenceProblem, registryOf } from '../../stores/image-reference.ts';
import { useEngine, useServices } from '../../stores/services.tsx';

const PAUSE_MS = 300;
const TAGS = 100;
const FOUND = 25;

interface Found {
  /** What was asked. */
  readonly for: string;
  readonly names: readonly string[];
}

/** What of a text is asked of a registry: the tags of a repository once a colon is typed, else repositories by a word. */
export function questionOf(text: string): { readonly kind: 'tags' | 'search'; readonly host: string; readonly of: string } | null {
  if (text.includes('@') || text.trim() === '') return null;
  const { name, tag } = partsOf(text);
  if (tag !== undefined) return referenceProblem(name) === null ? { kind: 'tags', host: registryOf(name), of: name } : null;
  const slash = text.indexOf('/');
  const host = slash > 0 ? registryOf(`${text.slice(0, slash)}/x`) : 'docker.io';
  const term = host === 'docker.io' ? text : text.slice(slash + 1);
  return host === 'docker.io' && term.length < 2 ? null : { kind: 'search', host, of: term };
}

/** Names to complete a text: those that are here, and what its registry has, asked once typing pauses. A registry that does not answer suggests nothing. */
export function useSuggestions(text: string): readonly string[] {
  const { transport } = useServices();
  const images = useEngine((state) => state.images);
  const [found, setFound] = useState<Found>({ for: '', names: [] });
  const question = questionOf(text);
  const key = question === null ? '' : `${question.kind} ${question.host} ${question.of}`;
  useEffect(() => {
    if (question === null || found.for === key) return;
    let stale = false;
    const timer = setTimeout(() => {
      const names =
        question.kind === 'tags'
          ? transport
              .request('registry.tags', { name: question.of, last: '', limit: TAGS })
              .then(({ names: tags }) => tags.map((tag) => `${question.of}:${tag}`))
          : transport
              .request('registry.search', { host: question.host, term: question.of, limit: FOUND })
              .then((answer) => answer.found.map(({ name }) => name));
      void names.catch((): readonly string[] => []).then((list) => !stale && setFound({ for: key, names: list }));
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` is all there is of the question
  }, [transport, key, found.for]);
  const here = useMemo(() => [...images.values()].flatMap((row) => row.tags).sort(), [images]);
  return useMemo(() => [...new Set([...here, ...(found.for === key ? found.names : [])])], [here, found, key]);
}
