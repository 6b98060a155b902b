/** The address of ours among the words of a command line; whoever opens one gives one. Null: there is none. */
export function addressIn(words: readonly string[]): string | null {
  return words.find((word) => /^slipway:/i.test(word)) ?? null;
}
