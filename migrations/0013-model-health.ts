import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Health of each model (the state of its rule), and its performance by the hour with a histogram of latencies. */
export class ModelHealth1700000013000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE model_health (
        model_id text NOT NULL,
        mode text NOT NULL,
        state jsonb NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (model_id, mode)
      ) WITH (fillfactor = 50)`);
    const buckets = Array.from({ length: 22 }, (_, bucket) => `latency_${bucket} bigint NOT NULL,`).join('\n');
    await db.query(`
      CREATE TABLE model_performance (
        model_id text NOT NULL,
        mode text NOT NULL,
        hour timestamptz NOT NULL,
        successes bigint NOT NULL,
        failures bigint NOT NULL,
        output_tokens bigint NOT NULL,
        inference_ms bigint NOT NULL,
        ${buckets}
        position bigint NOT NULL,
        PRIMARY KEY (model_id, mode, hour)
      ) WITH (fillfactor = 70)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
