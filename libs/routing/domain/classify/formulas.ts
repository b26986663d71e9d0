/** Formulas as TeX writes them, told by the measures of a prompt. */

/** Where the measures hold the roots of how many of each there are. */
export const BACKSLASHES = 9;
export const DOLLARS = 10;

/** Dollar signs that are no prices: one or two of them may be a slip ("5$ each", "$.50"). */
const SLIPS = Math.sqrt(2.5);

/** Whether a prompt holds formulas: between dollar signs, or with commands. */
export const holdsFormulas = (measures: Float32Array): boolean => measures[BACKSLASHES]! > 0 || measures[DOLLARS]! > SLIPS;
