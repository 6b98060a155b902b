/** The chooser of a table's columns. */
export const columns = {
  choose: 'Choose columns',
  show: (name: string) => `Show ${name}`,
  earlier: (name: string) => `Move ${name} to the left`,
  later: (name: string) => `Move ${name} to the right`,
  width: (name: string) => `Width of ${name}`,
  reset: 'As they come',
};
