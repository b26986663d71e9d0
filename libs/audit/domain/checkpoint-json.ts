/** A fold's state as JSON, with the whole numbers and maps that JSON has no words for. Only for what we wrote ourselves. */
export const asCheckpoint = (state: unknown): string =>
  JSON.stringify(state, (_, value: unknown) => {
    if (typeof value === 'bigint') return { $whole: value.toString() };
    return value instanceof Map ? { $map: [...value] } : value;
  });

export const fromCheckpoint = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$whole' in value) return BigInt(value.$whole as string);
    return '$map' in value ? new Map(value.$map as [unknown, unknown][]) : value;
  });
