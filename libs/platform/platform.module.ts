import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Config } from './config.js';
import { LOGGER, type Logger } from './logger.js';
import { Db } from './postgres.js';
import { Queues } from './queues.js';
import { Vault } from './vault.js';

const connections = 8;
/** No read a person waits for takes longer; large exports are read in pages. */
const queryTimeoutMs = 5_000;

/** Settings, logs, Postgres and the vault, for every feature. `config.databaseUrl` must be set by now. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: Config, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Db, useFactory: () => new Db(config.databaseUrl!, connections, queryTimeoutMs) },
        { provide: Vault, inject: [Db], useFactory: (db: Db) => new Vault(db, config.masterKey) },
        { provide: Queues, useFactory: () => new Queues({ databaseUrl: config.databaseUrl!, redisUrl: config.redisUrl }, logger) },
        { provide: 'CloseStores', inject: [Db, Queues], useFactory: closeAtShutdown },
      ],
      exports: [Config, LOGGER, Db, Vault, Queues],
    };
  }
}

const closeAtShutdown = (db: Db, queues: Queues) => ({
  async onApplicationShutdown() {
    await queues.close();
    await db.close();
  },
});
