/** Small words for writing JSON Schema (draft 2020-12 vocabulary that draft 7 shares) as data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export const string = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });
export const text = (description: string, more: JsonSchema = {}): JsonSchema => string(description, { minLength: 1, ...more });
export const integer = (description: string, minimum: number, maximum?: number): JsonSchema => ({
  type: 'integer', description, minimum, ...(maximum === undefined ? {} : { maximum }),
});
export const number = (description: string, minimum: number, maximum?: number): JsonSchema => ({
  type: 'number', description, minimum, ...(maximum === undefined ? {} : { maximum }),
});
export const boolean = (description: string): JsonSchema => ({ type: 'boolean', description });
export const oneOfWords = (description: string, words: readonly string[]): JsonSchema => ({ type: 'string', description, enum: words });
export const list = (description: string, items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: 'array', description, items, ...more });
export const object = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = [], more: JsonSchema = {}): JsonSchema => ({
  type: 'object', properties, ...(required.length > 0 ? { required } : {}), ...more,
});

/** Where a caller gives a picture, a clip or a recording: an address or a data URL. */
export const media = (description: string): JsonSchema =>
  string(description, { pattern: '^(https?://|data:)', examples: ['https://example.com/file', 'data:image/png;base64,...'] });
