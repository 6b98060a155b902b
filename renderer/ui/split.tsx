import type { ReactElement, ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { t } from '../strings/t.ts';
import styles from './split.module.css';

/** Percent by area. */
export type SplitLayout = Readonly<Record<string, number>>;

/** Two areas and a handle between them that works by pointer and by keyboard. */
export function Split({
  below,
  second,
  secondSize,
  small = false,
  saved,
  onSaved,
  children,
}: {
  /** The second area is below the first one; else to the right. */
  readonly below: boolean;
  /** Null: the first area has it all. */
  readonly second: ReactNode;
  /** Percent, before the user has moved the handle. */
  readonly secondSize: number;
  /** Areas within an area, which may become small. */
  readonly small?: boolean;
  readonly saved: SplitLayout | undefined;
  readonly onSaved: (layout: SplitLayout) => void;
  readonly children: ReactNode;
}): ReactElement {
  const has = second !== null;
  return (
    <Group orientation={below ? 'vertical' : 'horizontal'} onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && onSaved(layout)}>
      <Panel id="first" minSize={small ? 60 : below ? 120 : 280} className={styles.panel}>
        {children}
      </Panel>
      {has && <Separator className={styles.handle} aria-label={t.resize} />}
      {has && (
        <Panel id="second" defaultSize={`${saved?.second ?? secondSize}%`} minSize={small ? 60 : below ? 140 : 340} className={styles.panel}>
          {second}
        </Panel>
      )}
    </Group>
  );
}
