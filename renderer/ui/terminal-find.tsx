import { ArrowDown, ArrowUp, CaseSensitive, Regex, X } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from './button.tsx';
import { SearchField } from './field.tsx';
import styles from './terminal-find.module.css';
import { isPattern, type SearchResult, type TerminalSearch } from './terminal-search.ts';

const words = t.terminal;

/** Finds in one terminal: from the newest output upwards, as that is what one has just seen. */
export function TerminalFind({ search, onClose }: { readonly search: TerminalSearch; readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [regex, setRegex] = useState(false);
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [result, setResult] = useState<SearchResult | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const wish = { text, regex, caseSensitive };
  useEffect(() => search.subscribe(setResult), [search]);
  useEffect(() => {
    field.current?.focus();
    return () => search.clear();
  }, [search]);
  useEffect(() => {
    search.previous({ text, regex, caseSensitive });
  }, [search, text, regex, caseSensitive]);

  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && event.shiftKey) search.next(wish);
    else if (event.key === 'Enter') search.previous(wish);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const bad = regex && !isPattern(text);
  return (
    <div className={styles.bar} role="search" onKeyDown={keyDown}>
      <SearchField ref={field} label={words.find} value={text} onChange={setText} onKeyDown={keyDown} className={styles.field} trailing={<span />} />
      <span className={styles.count} role="status">
        {bad ? words.badRegex : text === '' || !result ? '' : resultWords(result)}
      </span>
      <IconButton small label={words.matchCase} aria-pressed={caseSensitive} onClick={() => setCaseSensitive(!caseSensitive)}>
        <CaseSensitive />
      </IconButton>
      <IconButton small label={words.regex} aria-pressed={regex} onClick={() => setRegex(!regex)}>
        <Regex />
      </IconButton>
      <IconButton small label={words.findPrevious} keys="Enter" onClick={() => search.previous(wish)}>
        <ArrowUp />
      </IconButton>
      <IconButton small label={words.findNext} keys="Shift+Enter" onClick={() => search.next(wish)}>
        <ArrowDown />
      </IconButton>
      <IconButton small label={t.close} keys="Esc" onClick={onClose}>
        <X />
      </IconButton>
    </div>
  );
}

const resultWords = ({ index, count }: SearchResult): string =>
  count === 0 ? t.noMatch : index < 0 ? words.matchCount(count) : words.matches(index + 1, count);
