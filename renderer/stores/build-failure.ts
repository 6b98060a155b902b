/** The place in the Dockerfile, drawn for a terminal: a rule, the lines with their numbers, a rule. */
const EXCERPT = /\s*\n\S*:\d+\n-{5,}\n[\s\S]*$/;

/** Why a build failed, without the lines of the Dockerfile that the engine adds for clients that do not show it. */
export const buildFailure = (error: string): string => error.replace(EXCERPT, '');
