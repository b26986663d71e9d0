/** Injection token of KnownNames: what the catalogue knows, as preferences ask it. */
export const KNOWN_NAMES = Symbol('KnownNames');
