/**
 * What a terminal answers by itself when output asks for it: kind of terminal, states, places and colours (ECMA-48 and xterm's ctlseqs). Of keys
 * F3 with others looks the same.
 */
const ANSWER = /^(?:\x1b\[[?>=]?[\d;]*(?:\$y|[cnRtx])|\x1b[\]P_][^\x1b\x07]*(?:\x07|\x1b\\))$/;

export const isAnswer = (text: string): boolean => ANSWER.test(text);
