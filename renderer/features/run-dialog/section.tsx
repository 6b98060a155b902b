import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cx } from '../../ui/class-names.ts';
import styles from './section.module.css';

export interface SectionProps {
  readonly title: string;
  /** What is set inside, in few words; shown while it is closed too. */
  readonly summary: string;
  readonly failed: boolean;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly children: ReactNode;
}

/** A part of the form that can be folded: what most people never need is one line each. */
export const Section = ({ title, summary, failed, open, onOpen, children }: SectionProps): ReactElement => (
  <Collapsible.Root open={open} onOpenChange={onOpen} className={styles.section}>
    <Collapsible.Trigger className={styles.head}>
      <ChevronRight className={styles.chevron} />
      <span className={styles.title}>{title}</span>
      <span className={cx(styles.summary, failed && styles.failed)}>{summary}</span>
    </Collapsible.Trigger>
    <Collapsible.Panel className={styles.panel}>{children}</Collapsible.Panel>
  </Collapsible.Root>
);
