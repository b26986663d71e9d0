/**
 * Words that tell how hard a problem is, by class. A class gathers what calls for the same kind of work (choosing
 * without order, comparing two amounts, a circle with its tangents), as syllabuses of school and contest mathematics
 * and of grade-school word problems group them. An entry of two words is found where they stand side by side.
 */
import { HashTable } from './hash-table.js';

const classes = {
  evaluate: 'simplify, evaluate, compute, expand, convert, round, calculate, reduce, common fraction, your head',
  value: 'the value, what value',
  count: 'how many, number of, how often',
  every: 'find all, all possible, all real, all solutions, by commas, sum of, product of, all values, all positive, all integers, all complex, all such',
  extreme: 'smallest, largest, least, greatest, minimum, maximum, minimize, maximize, shortest, longest, fewest, most, possible value',
  chance: 'probability, random, randomly, expected, chosen, dice, die, coin, coins, cards, deck, flipped, rolled, marbles, drawn, fair',
  form: 'relatively prime, be written, be expressed, simplest radical, the form, in terms, for some, radical form, and n, lowest terms, express your',
  choose: 'ways, arrange, arranged, arrangements, seated, sit, choose, committee, select, permutations, combinations, paths, subsets, order, distinguishable, indistinguishable, different, distinct, rearranging, letters, row, adjacent, colored, grid, teams, tournament',
  real: 'real number, real numbers, positive real, complex number, complex numbers, nonnegative, nonzero, nonreal, imaginary, conjugate',
  polynomial: 'polynomial, polynomials, roots, root, coefficient, coefficients, degree, monic, zeros, factor, factored, divided by, constant term',
  function: 'function, functions, defined, satisfies, satisfy, satisfying, such that, domain, range, inverse, invertible, for all, periodic, graph, f f, f g, g f, for every, period',
  let: 'let, suppose, given, denote, define, consider, where, if',
  circle: 'circle, circles, radius, diameter, tangent, chord, arc, inscribed, circumscribed, circumcircle, incircle, semicircle, sector, circumference, concentric, externally',
  triangle: 'triangle, triangles, isosceles, equilateral, altitude, median, medians, bisector, hypotenuse, legs, acute, similar, right, incenter, orthocenter, centroid, circumcenter',
  shape: 'square, rectangle, polygon, hexagon, octagon, pentagon, trapezoid, parallelogram, rhombus, quadrilateral, angle, angles, degrees, perimeter, area, side, sides, perpendicular, parallel, diagonal, diagonals, midpoint, shaded, diagram',
  solid: 'cube, sphere, cone, cylinder, tetrahedron, pyramid, prism, volume, surface, octahedron, face, faces, edge, edges, box',
  divide: 'divisible, remainder, modulo, prime, primes, divisor, divisors, factors, multiple, multiples, greatest common, least common, congruent, palindrome, residue, composite, pmod, equiv, gcd, lcm',
  digit: 'digit, digits, units digit, base, decimal, repeating, tens, hundreds, rightmost',
  integer: 'integer, integers, positive integer, positive integers, consecutive, even, odd, perfect square, perfect cube, natural',
  equation: 'quadratic, parabola, vertex, equation, equations, solution, solutions, solve, linear, system',
  line: 'line, lines, slope, intercept, intersect, point, points, coordinate, coordinates, plane, axis, origin, distance, segment',
  conic: 'ellipse, hyperbola, asymptote, asymptotes, foci, focus, directrix, axes',
  sequence: 'sequence, series, arithmetic, geometric, term, terms, recursive, infinite, recursively, nth',
  angle: 'sin, cos, tan, cot, sec, csc, arcsin, arccos, arctan, theta, alpha, beta, pi, circ, radians, trigonometric',
  vector: 'matrix, matrices, vector, vectors, pmatrix, vmatrix, bmatrix, mathbf, projection, cross product, determinant, rotation, reflection, det',
  logarithm: 'log, ln, logarithm, exponential, exponent',
  statistic: 'average, mean, median, mode, percent, ratio, percentage, proportional, fraction, score, scores, inversely',
  inequality: 'leq, geq, le, ge, inequality, interval',
  rounding: 'lfloor, lceil, floor, ceil',
  invented: 'star, diamond, oplus, odot, clubsuit, operation, spadesuit, nabla, called, say, defines',
  unending: 'ldots, dots, cdots, sum, prod, infty, binom',
  fraction: 'frac, dfrac, tfrac, cfrac',
  radical: 'sqrt',
  product: 'cdot, times',
  grown: 'left, right, big, bigg',
  figured: 'overline, angle, triangle, overarc, parallel, perp, asy, diagram',
  wording: 'text, mbox, textbf, mathrm',
  setting: 'cup, cap, set, sets, subset, elements',
  cis: 'cis, polar, spherical, cylindrical, rectangular coordinates',
  proof: 'prove, proof, show that, theorem, rigorously, lemma, induction, contradiction',
  numeral: 'one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fifteen, twenty, thirty, forty, fifty, hundred, thousand, million, dozen',
  share: 'half, third, thirds, quarter, quarters, fourth, fifth, fifths, tenth, sixth, eighth, fourths',
  multiple: 'twice, double, doubled, doubles, triple, tripled, triples, times, thrice, as many, as much, quadruple',
  each: 'each, per, every, apiece, a piece, daily, weekly, monthly, yearly',
  rate: 'a day, a week, a month, a year, an hour, a minute, a night, a pound, a bag, a box, a pack, a dozen, per hour, per day, per week, per month, a gallon, a bottle',
  more: 'more, fewer, less, older, younger, taller, longer, shorter, heavier, than, greater, larger, higher, lower, bigger',
  then: 'then, after, afterwards, later, next, before, finally, first, second, last, initially, originally, until',
  taken: 'left, remaining, remain, remains, rest, gave, gives, give, lost, ate, eats, sold, uses, used, took, donated, broke, away, loses, eaten',
  total: 'total, altogether, combined, in all, all together, sum, together, in total',
  condition: 'if, assuming, unless, when, whenever, provided',
  and: 'and',
  also: 'also, another, additional, additionally, extra, other, others, same, plus',
  shared: 'average, equally, split, divided, shared, evenly, splits, divides',
  duration: 'minute, minutes, hour, hours, day, days, week, weeks, month, months, year, years, seconds, second',
  measure: 'mile, miles, feet, foot, inches, inch, meters, kilometers, km, pounds, ounces, gallons, liters, grams, cups, mph, yards, cm, kg, meter, kilograms',
  spend: 'dollars, dollar, cents, cost, costs, price, spend, spends, spent, earns, paid, pays, pay, buys, buy, bought, sells, sell, change, budget, salary, rent, charges, fee, allowance',
  profit: 'profit, discount, tax, tip, sale, savings, save, saves, earn, make, makes, interest, invested, refund, coupon, off',
  weekday: 'monday, tuesday, wednesday, thursday, friday, saturday, sunday, weekend, weekdays, january, february, march, april, june, july, weekends',
  difference: 'many more, much more, many fewer, much less, how old, how long, how far, difference between',
  amount: 'how much',
  share_of: 'of the, of them, of his, of her, of their, of which, of those',
  turn: 'only, except, but, however, instead, while, whereas, although, though',
  age: 'old, age, years old, ages',
  growth: 'rate, speed, faster, slower, increase, increases, increased, decrease, decreased, reduced, raise, grows, growth',
  group: 'group, groups, rows, boxes, bags, packs, packages, teams, classes, rooms, shelves, pages, trays, bottles, containers',
  pair: 'both, pair, pairs, either, neither',
  person: 'he, she, they, his, her, their, him, hers, them, it, its, my, i, me, we',
  option: 'which of, the following, following is, of these, all of, none of, best describes, most likely, according to',
  negated: 'not, never, except, incorrect, false, cannot, least likely, neither, no',
  statements: 'statement, statements, true, false, wrong, i only, ii only, and ii, and iii, i and, ii and',
  law: 'plaintiff, defendant, court, statute, jury, liability, liable, contract, judgment, convicted, constitutional, attorney, police, arrested, evidence, negligence, buyer, seller, owner, land, deed, admissible, testimony, sued, suit, damages, murder',
  medicine: 'patient, patients, blood, disease, clinical, symptoms, history of, year old, therapy, treatment, physician, syndrome, infection, examination, cells, muscle, nerve, virus, diagnosis',
  physics: 'velocity, force, mass, acceleration, energy, charge, electric, magnetic, wave, wavelength, frequency, current, voltage, circuit, momentum, gravity, temperature, pressure, photon, electron',
  chemistry: 'reaction, acid, solution, molecule, molecular, atom, atoms, ion, ions, compound, molar, equilibrium, oxidation, ph, nmr, hydrogen, carbon, oxygen, catalyst, bond, bonds',
  biology: 'gene, genes, dna, rna, protein, proteins, species, organism, evolution, allele, enzyme, membrane, population, cell, genetic, natural selection',
  economy: 'demand, supply, inflation, monetary, fiscal, gdp, market, firm, cost curve, marginal, unemployment, currency, bank, tax rate, elasticity, monopoly, investment, revenue, assets, equity, stock, dividend, depreciation, audit',
  state: 'president, congress, government, war, treaty, policy, party, political, amendment, federal, states, revolution, empire, colonial, soviet, military, security, nuclear, constitution, trade',
  thought: 'argues, argument, philosophy, moral, ethical, ethics, theory, kant, utilitarian, hume, aristotle, virtue, principle, principles, rights, fallacy, premise, conclusion, belief, knowledge',
  mind: 'psychology, behavior, cognitive, personality, child, children, students, learning, memory, anxiety, therapist, counselor, motivation, attitude, emotional, sexual, gender, research, study',
  computing: 'algorithm, program, memory, processor, network, bit, bits, bytes, binary, cache, compiler, machine learning, neural, classifier, training, kernel, data',
  logic: 'forall, exists, implies, predicate, proposition, valid, truth table, supset, sim, vee, equiv, lnot, conclusion, antecedent, tautology',
  school: 'school, teacher, friend, friends, family, mother, father, story, passage, author, reader, paragraph',
  loop: 'for, while, range, append, enumerate, len',
  branch: 'elif, else, return, break, continue, and, or, not',
  string: 'str, string, split, join, replace, strip, find, rfind, isalpha, upper, lower, swapcase, startswith, endswith, char, index, count, text',
  collection: 'list, dict, tuple, sorted, sort, pop, keys, items, values, insert, remove, reverse, lists, array, matrix, tree',
  lambda: 'lambda, def, class, yield, recursion, recursive, dp, dynamic programming, prime, fibonacci, permutation, subsequence, subarray, palindrome',
} as const;

export const WORD_CLASSES = Object.keys(classes).length;

/** From the hash of a word, or of two, to an entry; an entry's classes lie between `firstOf[entry]` and the next. */
const entryOf = new HashTable(12);
const classOfEntry = new Uint8Array(4096);
const firstOf = new Uint16Array(4096);

export const HASH_START = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/** The hash of two words side by side. */
export const pairHash = (first: number, second: number): number => Math.imul(first ^ 0x5bd1e995, 0x9e3779b1) ^ second;

function wordHash(word: string): number {
  let hash = HASH_START;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), HASH_PRIME);
  return hash;
}

const classesOf = new Map<number, number[]>();
const begins = new Set<number>();
Object.values(classes).forEach((entries, of) => {
  for (const entry of entries.split(', ')) {
    const [first, second] = entry.split(' ');
    const word = wordHash(first!);
    const key = second === undefined ? word : pairHash(word, wordHash(second));
    classesOf.set(key, [...(classesOf.get(key) ?? []), of]);
    if (second === undefined) continue;
    begins.add(word);
    classesOf.set(word, classesOf.get(word) ?? []);
  }
});
let entries = 0;
for (const [key, of] of classesOf) {
  entryOf.set(key, entries);
  classOfEntry.set(of, firstOf[entries]);
  firstOf[entries + 1] = firstOf[entries]! + of.length;
  entries += 1;
}
const beginsPair = Uint8Array.from(classesOf.keys(), (key) => (begins.has(key) ? 1 : 0));

/** Counts a word, or a pair of words, in every class it belongs to; returns whether a pair may begin with it. */
export function countClasses(hash: number, counts: Uint16Array): boolean {
  const entry = entryOf.get(hash);
  if (entry < 0) return false;
  for (let at = firstOf[entry]!; at < firstOf[entry + 1]!; at++) counts[classOfEntry[at]!]!++;
  return beginsPair[entry] === 1;
}
