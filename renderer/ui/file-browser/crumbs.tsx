import { HardDrive } from 'lucide-react';
import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../strings/t.ts';
import styles from './file-browser.module.css';
import { FileName } from './file-name.tsx';
import { cleanPath, crumbsOf } from './paths.ts';

/** The way to the folder; each part leads there. A click on the end of it, or the key for it, turns it into a field. */
export function Crumbs({
  path,
  editing,
  onEdit,
  onGo,
}: {
  readonly path: string;
  readonly editing: boolean;
  readonly onEdit: (editing: boolean) => void;
  readonly onGo: (path: string) => void;
}): ReactElement {
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    if (list.current) list.current.scrollLeft = list.current.scrollWidth;
  });
  if (editing) return <PathField path={path} onEdit={onEdit} onGo={onGo} />;
  const crumbs = crumbsOf(path);
  return (
    <nav aria-label={t.files.path} className={styles.path} onDoubleClick={() => onEdit(true)}>
      <ol ref={list} className={styles.crumbs}>
        {crumbs.map((crumb, index) => (
          <li key={crumb.path}>
            <button
              type="button"
              className={styles.crumb}
              aria-label={crumb.name === '' ? t.files.root : undefined}
              aria-current={index === crumbs.length - 1 ? 'location' : undefined}
              onClick={() => (index === crumbs.length - 1 ? onEdit(true) : onGo(crumb.path))}
            >
              {crumb.name === '' ? <HardDrive /> : <FileName name={crumb.name} />}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function PathField({
  path,
  onEdit,
  onGo,
}: {
  readonly path: string;
  readonly onEdit: (editing: boolean) => void;
  readonly onGo: (path: string) => void;
}): ReactElement {
  const [text, setText] = useState(path);
  return (
    <input
      autoFocus
      className={styles.pathField}
      aria-label={t.files.path}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onEdit(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onEdit(false);
        if (event.key === 'Enter') onGo(cleanPath(text));
      }}
    />
  );
}
