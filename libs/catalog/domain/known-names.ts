/** Which names the catalogue knows: for settings that hold names, where an unknown one is a typing error. */
export interface KnownNames {
  hasModel(id: string): boolean;
  hasProvider(slug: string): boolean;
}

/** Injection token. */
export const KNOWN_NAMES = Symbol('KnownNames');
