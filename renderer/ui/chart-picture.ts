import { tokenColour } from './token-colour.ts';

const MARGIN = 20;
const HEAD = 32;

/** The charts inside `area` as one PNG, laid out as they are seen, with titles and read-outs, below what they are of and of which time. */
export async function chartPicture(area: HTMLElement, { title, note }: { readonly title: string; readonly note: string }): Promise<Blob> {
  const ratio = devicePixelRatio;
  const origin = area.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  const width = area.scrollWidth + 2 * MARGIN;
  const height = area.scrollHeight + HEAD + 2 * MARGIN;
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.scale(ratio, ratio);
  pen.fillStyle = tokenColour('--surface-1');
  pen.fillRect(0, 0, width, height);
  const placed = (box: DOMRect) =>
    new DOMRect(box.x - origin.x + area.scrollLeft + MARGIN, box.y - origin.y + area.scrollTop + MARGIN + HEAD, box.width, box.height);

  const { fontFamily } = getComputedStyle(area);
  pen.textBaseline = 'top';
  pen.fillStyle = tokenColour('--text-dim');
  pen.font = `12px ${fontFamily}`;
  const noteWidth = pen.measureText(note).width;
  pen.fillText(note, width - MARGIN - noteWidth, MARGIN + 2);
  pen.fillStyle = tokenColour('--text');
  pen.font = `600 15px ${fontFamily}`;
  pen.fillText(title, MARGIN, MARGIN, width - 3 * MARGIN - noteWidth);

  for (const figure of area.querySelectorAll('figure')) {
    for (const drawn of figure.querySelectorAll('canvas')) {
      const box = placed(drawn.getBoundingClientRect());
      pen.drawImage(drawn, box.x, box.y, box.width, box.height);
    }
    for (const element of figure.querySelectorAll('figcaption *')) {
      const style = getComputedStyle(element);
      const box = placed(element.getBoundingClientRect());
      pen.fillStyle = style.backgroundColor;
      pen.fillRect(box.x, box.y, box.width, box.height);
      pen.fillStyle = style.color;
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      pen.textBaseline = 'middle';
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const range = document.createRange();
        range.selectNode(node);
        const text = placed(range.getBoundingClientRect());
        pen.fillText(node.textContent ?? '', text.x, text.y + text.height / 2);
      }
    }
  }
  return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'));
}
