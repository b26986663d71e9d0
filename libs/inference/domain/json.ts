/** Questions to JSON of unknown shape. */
export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectsIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const objectAt = (value: Readonly<Json>, key: string): Json | null => (isObject(value[key]) ? value[key] : null);
export const stringAt = (value: Readonly<Json>, key: string): string | null => (typeof value[key] === 'string' ? value[key] : null);
export const numberAt = (value: Readonly<Json>, key: string): number | null => (typeof value[key] === 'number' ? value[key] : null);
