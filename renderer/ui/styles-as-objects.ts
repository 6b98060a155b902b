/**
 * The page's content policy takes no style that is written as text, as a hostile one would come in as text. The terminal writes both
 * kinds, sheets and attributes, and has no option for either: what it writes becomes adopted sheets and declarations instead, which
 * are objects of the program's own scripts and mean the same.
 */
export function takeStylesAsObjects(page: Document): void {
  const create = page.createElement.bind(page);
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement =>
    name === 'style' ? adopting(create('template'), page.adoptedStyleSheets) : create(name, options);
  page.createElement = createElement as Document['createElement'];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the element whose attribute it sets
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function set(this: Element, name: string, value: string): void {
    if (name === 'style' && this instanceof HTMLElement) this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

/** In the place of a style element, which is refused even while it is empty: what is written into it applies until it is removed. */
function adopting(element: HTMLElement, sheets: CSSStyleSheet[]): HTMLElement {
  const sheet = new CSSStyleSheet();
  sheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) });
  element.remove = () => {
    const index = sheets.indexOf(sheet);
    if (index >= 0) sheets.splice(index, 1);
    Element.prototype.remove.call(element);
  };
  return element;
}
