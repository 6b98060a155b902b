import { PackageOpen } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import styles from './drop-zone.module.css';

/** The whole window takes image archives. `onLoad` is called once files were dropped. */
export function DropZone({ onLoad }: { readonly onLoad: () => void }): ReactElement | null {
  const { loads } = useServices();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    // Entering a child fires before leaving its parent: only a count tells when the window is left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth++;
      setOver(true);
    };
    const move = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...event.dataTransfer.files];
      if (files.length === 0) return;
      loads.add(files);
      onLoad();
    };
    const listeners = [
      ['dragenter', enter],
      ['dragover', move],
      ['dragleave', leave],
      ['drop', drop],
    ] as const;
    for (const [name, listener] of listeners) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener);
    };
  }, [loads, onLoad]);
  if (!over) return null;
  return (
    <div className={styles.zone} role="status">
      <PackageOpen />
      <p className={styles.title}>{t.images.drop}</p>
      <p className={styles.text}>{t.images.dropText}</p>
    </div>
  );
}
