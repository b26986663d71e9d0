import { Refused } from '../../event-sourcing/domain/decider.js';
import { invalid } from '../../platform/http/api-error.js';

/** What the domain refuses in a request is the client's mistake. @throws ApiError 400 naming the field. */
export async function refusedAs400<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw invalid(error.param, error.message, error.code);
    throw error;
  }
}
