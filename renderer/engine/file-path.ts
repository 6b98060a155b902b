/** Where a dropped file is on this machine; its bare name where a page is not told. */
export function pathOf(file: File): string {
  const bridge = (window as { slipway?: { pathOf?(file: File): string } }).slipway;
  return bridge?.pathOf?.(file) || file.name;
}
