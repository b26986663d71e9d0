/** Where an operator's overrides are kept, and how they are read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file every start and every publishing lays over the shipped catalogue. */
export const overridesIn = (dataDir: string): string => join(dataDir, 'catalog-overrides.json');

/** The parsed file, or null when there is none and none was demanded. @throws Error naming the file when it cannot be read. */
export async function readOverrides(path: string, demanded: boolean): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!demanded && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
