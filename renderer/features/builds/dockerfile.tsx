import { TriangleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useMemo, useRef } from 'react';
import type { BuildView } from '../../../runtime/api/types/build.ts';
import { buildFailure } from '../../stores/build-failure.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './dockerfile.module.css';
import { dockerfileLines } from './dockerfile-lines.ts';

const words = t.builds;
const INSTRUCTION = /^(\s*)([A-Za-z]+)(\s[\s\S]*)?$/;
const COMMENT = /^\s*#/;

/** The Dockerfile as it was built, with what failed and what the linter says at its line. */
export function DockerfileView({ view }: { readonly view: BuildView }): ReactElement {
  const lines = useMemo(() => dockerfileLines(view), [view]);
  const failed = useRef<HTMLLIElement>(null);
  useEffect(() => void failed.current?.scrollIntoView({ block: 'center' }), []);
  if (view.dockerfile === '') return <EmptyState title={words.noDockerfile} text={buildFailure(view.error)} />;
  return (
    <ol className={styles.lines} aria-label={words.dockerfile} tabIndex={0}>
      {lines.map(({ number, text, failed: isFailed, begins, warnings }) => (
        <li key={number} ref={isFailed ? failed : undefined} className={styles.line} data-failed={isFailed} data-warned={warnings.length > 0}>
          <span className={styles.number}>{number}</span>
          <code className={styles.code}>
            <Code text={visibleText(text)} begins={begins} />
          </code>
          {isFailed && (
            <div className={styles.remark} data-failed="true">
              <TriangleAlert />
              <span>
                <strong>{words.failedHere}.</strong> {visibleText(firstLine(view.error))}
              </span>
            </div>
          )}
          {warnings.map(({ rule, detail, description }) => (
            <div key={rule + detail} className={styles.remark} aria-label={words.warning(rule)} role="note">
              <TriangleAlert />
              <span>
                <strong>{rule}</strong> {visibleText(detail || description)}
              </span>
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

function Code({ text, begins }: { readonly text: string; readonly begins: boolean }): ReactElement {
  if (COMMENT.test(text)) return <span className={styles.comment}>{text}</span>;
  const match = begins ? INSTRUCTION.exec(text) : null;
  if (!match) return <>{text}</>;
  return (
    <>
      {match[1]}
      <span className={styles.word}>{match[2]}</span>
      {match[3]}
    </>
  );
}
