// ECMA-48: control strings (OSC, DCS, PM, APC, SOS) up to ST or BEL, control sequences, two-byte escapes, and lone control characters but the tab.
const SEQUENCES = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b\[[0-?]*[ -/]*(?:[@-~]|$)|\x1b(?!\[)[ -/]*[0-~]?|[\x00-\x08\x0a-\x1f\x7f]/g;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** A line as a terminal shows it, without colours: what a person who searches it has seen. A carriage return overwrites the line. */
export function plainText(line: string): string {
  if (!CONTROL.test(line)) return line;
  const shown = line.endsWith('\r') ? line.slice(0, -1) : line;
  return shown.slice(shown.lastIndexOf('\r') + 1).replace(SEQUENCES, '');
}
