import { Module } from '@nestjs/common';
import { RecentWrites } from '../event-sourcing/projections/recent-writes.js';
import { LogsController } from './http/logs.controller.js';
import { logsProjection } from './read-model/logs.js';
import { LogsQuery } from './read-model/logs-query.js';
import { RequestFinder } from './read-model/request-finder.js';

/** What happened: the activity log, its export, usage and sessions. */
@Module({ controllers: [LogsController], providers: [LogsQuery, RequestFinder], exports: [LogsQuery, RequestFinder] })
export class ActivityModule {
  constructor(recent: RecentWrites) {
    recent.watch(logsProjection);
  }
}
