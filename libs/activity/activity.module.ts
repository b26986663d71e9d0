import { Module } from '@nestjs/common';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { RecentWrites } from '../event-sourcing/projections/recent-writes.js';
import { LogsController } from './http/logs.controller.js';
import { UsageController } from './http/usage.controller.js';
import { logsProjection } from './read-model/logs.js';
import { LogsQuery } from './read-model/logs-query.js';
import { PastUsage } from './read-model/past-usage.js';
import { RequestFinder } from './read-model/request-finder.js';
import { sessionsProjection, SessionsQuery } from './read-model/sessions.js';
import { usageProjection, UsageQuery } from './read-model/usage.js';

/** What happened: the activity log, its export, usage and sessions. */
@Module({ controllers: [LogsController, UsageController], providers: [LogsQuery, UsageQuery, PastUsage, PointsOfThePast, SessionsQuery, RequestFinder], exports: [LogsQuery, RequestFinder] })
export class ActivityModule {
  constructor(recent: RecentWrites) {
    for (const projection of [logsProjection, usageProjection, sessionsProjection]) recent.watch(projection);
  }
}
