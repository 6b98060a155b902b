import type { ReactElement } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';

export interface DetailsTabProps {
  readonly row: ContainerRow;
  /** It is the tab that is shown; only of use to one that is kept alive. */
  readonly visible: boolean;
}

export interface DetailsTab {
  readonly id: string;
  readonly label: string;
  /** Stays alive while another tab is shown. */
  readonly keep?: boolean;
  /** Absent: always. */
  readonly shown?: (row: ContainerRow) => boolean;
  readonly Content: (props: DetailsTabProps) => ReactElement | null;
}
