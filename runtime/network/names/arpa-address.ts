/** The address of a reverse name: `4.3.2.1.in-addr.arpa`, or 32 digits before `ip6.arpa`, in the short form of RFC 5952. */
export function arpaAddress(name: string): string | undefined {
  const lower = name.toLowerCase().replace(/\.$/, '');
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(lower);
  if (v4 !== null) return v4.slice(1).reverse().join('.');
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(lower)?.[1];
  if (v6 === undefined) return undefined;
  const digits = v6.replaceAll('.', '').split('').reverse().join('');
  const groups = Array.from({ length: 8 }, (_, index) => digits.slice(index * 4, index * 4 + 4));
  // The parser of URLs writes addresses in their one short form.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
