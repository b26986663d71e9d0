/** A short campaign; the long one is `npm run chaos:inference`. */
import { expect, it } from '@jest/globals';
import { campaign } from '../testing/chaos-campaign.js';

it('every request under random faults ends once, cleanly, with money that adds up, and leaves nothing behind', async () => {
  const { endings, wrongs } = await campaign(600, 20_261_125);
  expect(wrongs).toEqual([]);
  expect(Object.keys(endings).sort()).toEqual(['cancelled', 'completed', 'failed']);
  expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(600);
});
