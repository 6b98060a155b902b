import type { KeyboardEvent, ReactElement } from 'react';
import { thousands } from '../strings/format.ts';
import styles from './segmented.module.css';
import { Tooltip } from './tooltip.tsx';

export interface Segment {
  readonly value: string;
  readonly label: string;
  readonly number?: number;
  /** Shown in place of the label. */
  readonly icon?: ReactElement;
}

/** One of a few, all visible. Arrow keys move as in a radio group. */
export function Segmented({
  label,
  value,
  segments,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly segments: readonly Segment[];
  readonly onChange: (value: string) => void;
}): ReactElement {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = segments.findIndex((segment) => segment.value === value);
    const next = (at + step + segments.length) % segments.length;
    const target = segments[next];
    if (target) onChange(target.value);
    (event.currentTarget.querySelectorAll('button')[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div role="radiogroup" aria-label={label} className={styles.group} onKeyDown={move}>
      {segments.map((segment) => {
        const button = (
          <button
            key={segment.value}
            type="button"
            role="radio"
            aria-checked={segment.value === value}
            aria-label={segment.icon ? segment.label : undefined}
            tabIndex={segment.value === value ? 0 : -1}
            className={styles.option}
            onClick={() => onChange(segment.value)}
          >
            {segment.icon ?? segment.label}
            {segment.number !== undefined && <span className={styles.number}>{thousands(segment.number)}</span>}
          </button>
        );
        return segment.icon ? (
          <Tooltip key={segment.value} text={segment.label}>
            {button}
          </Tooltip>
        ) : (
          button
        );
      })}
    </div>
  );
}
