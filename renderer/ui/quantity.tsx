import type { ReactElement } from 'react';
import type { Quantity as Value } from '../strings/format.ts';
import styles from './quantity.module.css';

/** A number with its unit in a lighter tone. */
export const Quantity = ({ of }: { readonly of: Value }): ReactElement => (
  <span>
    {of.value}
    <span className={styles.unit}>{of.unit}</span>
  </span>
);
