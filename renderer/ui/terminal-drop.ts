import { quoteWord } from './command-words.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name that holds a line break would be run as a command
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A path as a shell takes it for one word; control characters, which would press Enter, are left out. */
export function shellWord(path: string): string {
  return quoteWord(path.replace(CONTROL, ''));
}

/** Pastes the paths of what is dropped on `element`, or the text that is. Nothing else in the window hears of it. Returns its undo. */
export function acceptDrops(element: HTMLElement, pathOf: (file: File) => string, paste: (text: string) => void): () => void {
  const over = (event: DragEvent) => {
    event.stopPropagation();
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };
  const leave = (event: DragEvent) => event.stopPropagation();
  const drop = (event: DragEvent) => {
    event.stopPropagation();
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const words = files.length > 0 ? files.map(pathOf) : (event.dataTransfer?.getData('text/plain') ?? '').split('\n').filter((line) => line !== '');
    if (words.length > 0) paste(`${words.map(shellWord).join(' ')} `);
  };
  const listeners = [
    ['dragenter', over],
    ['dragover', over],
    ['dragleave', leave],
    ['drop', drop],
  ] as const;
  for (const [name, listener] of listeners) element.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of listeners) element.removeEventListener(name, listener);
  };
}
