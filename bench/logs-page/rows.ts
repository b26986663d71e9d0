/**
 * Millions of rows of the activity log, made the way a rebuild makes them: into a table with the key alone, indexed
 * afterwards, swapped in. The values of a row are hashes of its number, so that no filter goes with an organization
 * or with a time, and every run reads the same rows.
 */
import { logsProjection } from '../../libs/activity/exports.js';
import { ensurePartition, monthAfter, monthOf, type Execute } from '../../libs/event-sourcing/projections/partitions.js';
import { createShadow, indexShadow, swapTables } from '../../libs/event-sourcing/projections/shadow.js';

export const startMs = Date.UTC(2026, 0, 1);
export const stepMs = 3_000;

export const endMs = (rows: number): number => startMs + rows * stepMs;

/** A number from 0 to below one, of row n; every salt is another independent one. */
const chance = (salt: number): string => `((hashint8extended(n, ${salt}) & 16777215) / 16777216.0::float8)`;

/**
 * One organization has half of the rows and nine share the rest. Models are used by a steep law, one in ten thousand
 * requests goes to a rare one; costs span four powers of ten; sessions have twenty requests; some have no session.
 */
const fill = `
  INSERT INTO logs__shadow (request_id, created_at, org_id, endpoint, status, model, provider, task, content_mode, complexity_tier, optimization, routing_reason, fallback_chain,
                    attempts, prompt_tokens, completion_tokens, cost_cents, total_ms, session_id, key_id, cache, position)
  SELECT lpad(to_hex(n), 36, '0'), to_timestamp($1::float8 / 1000 + n * $2::float8 / 1000), org, 'auto/route', status, provider || '/model-' || model, provider, task, 'generate', tier, 'balanced',
         CASE WHEN ${chance(20)} < 0.03 THEN provider || '/model-' || model || ' was tried among the best of ' || candidates || ' candidates, to compare outcomes, for this ' || tier || ' ' || task || ' request'
              ELSE provider || '/model-' || model || ' is the best balance of quality, price and speed for this ' || tier || ' ' || task || ' request among ' || candidates || ' candidates' END
           || ': expected success ' || 50 + floor(50 * sqrt(${chance(21)})) || ' % (place ' || 1 + floor(60 * ${chance(22)} ^ 3) || '), about ' || round(cost::numeric / 100, 6) || ' dollars, ' || floor(100 * ${chance(23)}) || ' % below the dearest.',
         '["a/b", "c/d"]', 1, 10, 20, CASE WHEN ${chance(24)} < 0.05 THEN NULL ELSE round(cost::numeric, 4) END, 300, session, 'key_' || floor(30 * ${chance(25)} ^ 2), 'off', n
  FROM (
    SELECT n, CASE WHEN ${chance(1)} < 0.5 THEN 'org_0' ELSE 'org_' || 1 + floor(9 * ${chance(2)}) END AS org,
           CASE WHEN ${chance(3)} < 0.001 THEN 'failed' WHEN ${chance(3)} < 0.0015 THEN 'cancelled' ELSE 'completed' END AS status,
           CASE WHEN ${chance(4)} < 0.0001 THEN 'rare' ELSE 'provider-' || floor(8 * ${chance(5)} ^ 2) END AS provider, floor(40 * ${chance(5)} ^ 2) AS model,
           CASE WHEN ${chance(6)} < 0.0001 THEN 'video' WHEN ${chance(6)} < 0.2 THEN 'code' WHEN ${chance(6)} < 0.22 THEN 'vision' ELSE 'text' END AS task,
           (ARRAY['TRIVIAL', 'SIMPLE', 'MODERATE', 'COMPLEX'])[1 + floor(4 * ${chance(7)})] AS tier, 100 + floor(60 * ${chance(8)}) AS candidates,
           0.001 * 10 ^ (4 * ${chance(9)}) AS cost, CASE WHEN ${chance(10)} < 0.2 THEN NULL ELSE 's' || n / 400 || '-' || floor(20 * ${chance(11)}) END AS session
    FROM generate_series($3::bigint, $4::bigint) n) drawn`;

const atOnce = 50_000;

/** @param onProgress is told how many rows are in. */
export async function fillLogs(execute: Execute, rows: number, onProgress: (filled: number) => void): Promise<void> {
  await createShadow(execute, logsProjection);
  const last = monthOf(new Date(endMs(rows)).toISOString());
  for (let month = monthOf(new Date(startMs).toISOString()); month <= last; month = monthAfter(month)) await ensurePartition(execute, 'logs__shadow', month);
  for (let from = 1; from <= rows; from += atOnce) {
    await execute(fill, [startMs, stepMs, from, Math.min(rows, from + atOnce - 1)]);
    onProgress(Math.min(rows, from + atOnce - 1));
  }
  await indexShadow([execute], logsProjection);
  await swapTables(execute, logsProjection, Date.now());
  await execute('VACUUM (ANALYZE) logs');
}
