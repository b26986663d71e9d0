import { Global, Module } from '@nestjs/common';
import { Db } from '../../platform/postgres.js';
import { EventLog } from '../event-log.js';
import { ProjectionProgress } from './progress.js';
import { RecentWrites } from './recent-writes.js';
import { ProjectionStatus } from './status.js';

/** For processes that serve reads: reads see their own writes, and the state of the projections can be told. */
@Global()
@Module({
  providers: [
    ProjectionProgress,
    RecentWrites,
    { provide: ProjectionStatus, inject: [Db, EventLog], useFactory: (db: Db, log: EventLog) => new ProjectionStatus(db, log) },
  ],
  exports: [ProjectionProgress, ProjectionStatus, RecentWrites],
})
export class ProjectionsModule {}
