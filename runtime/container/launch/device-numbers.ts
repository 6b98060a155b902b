/** dev_t as glibc packs it; makedev(3). */
export function deviceNumbers(rdev: number): { readonly major: number; readonly minor: number } {
  const low = rdev % 2 ** 32;
  const high = Math.floor(rdev / 2 ** 32);
  return { major: ((low >>> 8) & 0xfff) | (high & 0xfffff000), minor: ((low & 0xff) | ((low >>> 12) & 0xffffff00)) >>> 0 };
}
