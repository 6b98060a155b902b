import type { ReactElement } from 'react';
import { cx } from '../class-names.ts';
import { visibleName } from '../visible-text.ts';
import styles from './file-browser.module.css';
import { partsOf } from './paths.ts';

/** A name as it is listed: bytes that are no letters are written out, and paler than those that are. */
export const FileName = ({ name }: { readonly name: string }): ReactElement => (
  <>
    {partsOf(name).map(({ text, isByte }, index) => (
      <span key={index} className={cx(styles.letters, isByte && styles.byte)}>
        {visibleName(text)}
      </span>
    ))}
  </>
);
