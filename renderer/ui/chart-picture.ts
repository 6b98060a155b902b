/** The charts inside `area` as one PNG, laid out as they are seen, with titles and read-outs. */
export async function chartPicture(area: HTMLElement): Promise<Blob> {
  const ratio = devicePixelRatio;
  const origin = area.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(area.scrollWidth * ratio);
  canvas.height = Math.ceil(area.scrollHeight * ratio);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.scale(ratio, ratio);
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface-1');
  pen.fillRect(0, 0, area.scrollWidth, area.scrollHeight);
  const placed = (box: DOMRect) => new DOMRect(box.x - origin.x + area.scrollLeft, box.y - origin.y + area.scrollTop, box.width, box.height);

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
