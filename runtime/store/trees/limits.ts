/** Each level of a walk holds a descriptor, of which the whole engine has a limited number. */
export const MAX_DEPTH = 1000;
