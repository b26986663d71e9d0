/** What a command that failed tells whoever started it. */

/** EX_TEMPFAIL of sysexits.h: a store did not answer, and trying again may help. */
export const storeAway = 75;

/** By name: to load the stores' clients for it would make every command slower. */
const away: readonly string[] = ['DatabaseUnavailable', 'LogUnavailable'];

export const exitCodeOf = (error: Error): number => (away.includes(error.name) ? storeAway : 1);
