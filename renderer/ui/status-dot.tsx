import type { ReactElement } from 'react';
import { cx } from './class-names.ts';
import styles from './status-dot.module.css';

export type Tone = 'running' | 'paused' | 'exited' | 'failed' | 'starting' | 'created' | 'unhealthy' | 'partly';

/** Each state has its own shape, so that it is told apart without colour; a word always stands beside it. */
const SHAPES: Readonly<Record<Tone, ReactElement>> = {
  running: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  paused: <path d="M2 1.5h2v7H2zM6 1.5h2v7H6z" fill="currentColor" />,
  exited: <rect x="2" y="2" width="6" height="6" rx="1.2" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  failed: <path d="M2 2l6 6M8 2l-6 6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  starting: <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.6 2.5" />,
  unhealthy: (
    <>
      <circle cx="5" cy="5" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 2.6v2.8M5 7.2v.2" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  partly: (
    <>
      <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 1.5a3.5 3.5 0 0 0 0 7z" fill="currentColor" />
    </>
  ),
  created: <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

export const StatusDot = ({ tone }: { readonly tone: Tone }): ReactElement => (
  <svg viewBox="0 0 10 10" className={cx(styles.dot, styles[tone])} aria-hidden="true">
    {SHAPES[tone]}
  </svg>
);
