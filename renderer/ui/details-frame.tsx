import { ArrowLeft, PanelBottom, PanelRight, TriangleAlert, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from './button.tsx';
import styles from './details-frame.module.css';
import { MiddleText } from './middle-text.tsx';
import { visibleText } from './visible-text.ts';

export interface DetailsFrameProps {
  readonly name: string;
  readonly lead?: ReactElement;
  readonly meta: ReactNode;
  readonly actions?: ReactNode;
  /** Why it does not run; empty: it does. */
  readonly reason?: string;
  /** What goes on behind it, in its own time. */
  readonly reasonMore?: ReactNode;
  /** What helps against that. */
  readonly reasonAction?: ReactNode;
  readonly failed?: boolean;
  /** The window is too narrow for two areas: the details are the page. */
  readonly page: boolean;
  readonly below: boolean;
  readonly onDock: (below: boolean) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The head that the details of every kind of object share. */
export function DetailsFrame({
  name,
  lead,
  meta,
  actions,
  reason = '',
  reasonMore,
  reasonAction,
  failed = false,
  page,
  below,
  onDock,
  onClose,
  children,
}: DetailsFrameProps): ReactElement {
  return (
    <section className={styles.frame} aria-label={t.detailsView.label(name)}>
      <div className={styles.head}>
        {page && (
          <IconButton label={t.detailsView.back} keys="Esc" small onClick={onClose}>
            <ArrowLeft />
          </IconButton>
        )}
        {lead}
        <h2 className={styles.name}>
          <MiddleText text={name} />
        </h2>
        <div className={styles.meta}>{meta}</div>
        <div className={styles.buttons}>
          {actions}
          {!page && (
            <IconButton label={below ? t.detailsView.dockRight : t.detailsView.dockBelow} small onClick={() => onDock(!below)}>
              {below ? <PanelRight /> : <PanelBottom />}
            </IconButton>
          )}
          {!page && (
            <IconButton label={t.detailsView.close} keys="Esc" small onClick={onClose}>
              <X />
            </IconButton>
          )}
        </div>
      </div>
      {reason !== '' && (
        <div className={styles.reason} data-failed={failed}>
          {failed && <TriangleAlert />}
          <p className={styles.why}>
            {visibleText(reason)}
            {reasonMore}
          </p>
          {reasonAction}
        </div>
      )}
      {children}
    </section>
  );
}
