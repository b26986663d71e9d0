/** Long work that was answered with a job: how far it is, what it made, and an end to it. */
import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, Caller } from '../../identity/exports.js';
import { notFound } from '../../platform/http/api-error.js';
import { Vault } from '../../platform/vault.js';
import { JobStore, type JobRow } from '../jobs/job-store.js';
import { presentJob } from './present-job.js';

@ApiTags('Jobs')
@ApiBearerAuth()
@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobStore,
    private readonly vault: Vault,
  ) {}

  @Get(':id')
  @Access('org:jobs')
  @ApiOperation({ summary: 'A job, with its progress and, once completed, its result', description: 'Results are kept for 24 hours after the job has ended.' })
  async read(@Caller() { orgId }: Caller, @Param('id') id: string): Promise<object> {
    return this.present(await this.jobs.of(orgId, id), id);
  }

  @Delete(':id')
  @Access('org:jobs')
  @ApiOperation({ summary: 'Cancel a job', description: 'The job ends as cancelled within a second or two; one that has ended stays as it is.' })
  async cancel(@Caller() { orgId }: Caller, @Param('id') id: string): Promise<object> {
    await this.jobs.askToCancel(orgId, id);
    return this.present(await this.jobs.of(orgId, id), id);
  }

  private async present(job: JobRow | null, id: string): Promise<object> {
    if (job === null) throw notFound(`There is no job ${id.slice(0, 64)}.`, 'job_not_found', 'id');
    const text = job.status === 'completed' && job.result ? await this.vault.open(job.result) : null;
    return presentJob(job, text === null ? null : JSON.parse(text));
  }
}
