/** How providers speak of work that takes long: one row each. Written from their documentation, apart from the formats that read it. */
import { mp4 } from './files.js';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'moderated' | 'cancelled';

export interface Job {
  readonly id: string;
  /** Address of this provider, without a slash at its end. */
  readonly base: string;
  readonly state: JobState;
  /** 0 to 100. */
  readonly percent: number;
  /** Where what was made lies. */
  readonly file: string;
  readonly kind: 'image' | 'video' | 'audio';
}

type Answer = readonly [status: number, body: object | Buffer];

export interface JobDialect {
  /** `METHOD path` of a new piece of work. */
  readonly submit: RegExp;
  readonly taken: (job: Job) => Answer;
  /** `METHOD path`, with the id of the work as its first group. */
  readonly status: RegExp;
  readonly told: (job: Job) => Answer;
  readonly cancel?: RegExp;
  readonly result?: RegExp;
  readonly resultOf?: (job: Job) => Answer;
}

const byState = <T>(job: Job, values: Readonly<Record<JobState, T>>): T => values[job.state];

export const jobDialects: Readonly<Record<string, JobDialect>> = {
  fal: {
    submit: /^POST \/(?!.*\/requests\/).+$/,
    taken: ({ id, base }) => [200, { request_id: id, status: 'IN_QUEUE', queue_position: 0, status_url: `${base}/requests/${id}/status`, response_url: `${base}/requests/${id}`, cancel_url: `${base}/requests/${id}/cancel` }],
    status: /^GET \/requests\/([^/]+)\/status$/,
    told: (job) => {
      const status = byState(job, { queued: 'IN_QUEUE', running: 'IN_PROGRESS', done: 'COMPLETED', failed: 'COMPLETED', moderated: 'COMPLETED', cancelled: 'COMPLETED' });
      return [status === 'COMPLETED' ? 200 : 202, { status, request_id: job.id, response_url: `${job.base}/requests/${job.id}`, status_url: `${job.base}/requests/${job.id}/status`, cancel_url: `${job.base}/requests/${job.id}/cancel`, logs: null, ...(status === 'IN_QUEUE' && { queue_position: 2 }) }];
    },
    result: /^GET \/requests\/([^/]+)$/,
    resultOf: (job) => {
      if (job.state === 'failed') return [422, { detail: [{ loc: ['body', 'prompt'], msg: 'the runner could not load the model', type: 'generation_error' }] }];
      if (job.state === 'moderated') return [422, { detail: [{ loc: ['body', 'prompt'], msg: 'The content could not be processed because it was flagged by a content checker.', type: 'content_policy_violation' }] }];
      if (job.kind === 'image') return [200, { images: [{ url: job.file, width: 1024, height: 1024, content_type: 'image/png' }], timings: { inference: 0.4 }, seed: 7, has_nsfw_concepts: [false], prompt: 'as asked' }];
      return [200, job.kind === 'video' ? { video: { url: job.file, content_type: 'video/mp4', file_name: 'output.mp4', file_size: 99 } } : { audio_file: { url: job.file, content_type: 'audio/wav' } }];
    },
    cancel: /^PUT \/requests\/([^/]+)\/cancel$/,
  },
  replicate: {
    submit: /^POST \/models\/[^/]+\/[^/]+\/predictions$/,
    taken: (job) => [201, prediction(job)],
    status: /^GET \/predictions\/([^/]+)$/,
    told: (job) => [200, prediction(job)],
    cancel: /^POST \/predictions\/([^/]+)\/cancel$/,
  },
  runway: {
    submit: /^POST \/v1\/(?:text_to_video|image_to_video|text_to_image)$/,
    taken: ({ id }) => [200, { id }],
    status: /^GET \/v1\/tasks\/([^/]+)$/,
    told: (job) => [
      200,
      {
        id: job.id, createdAt: '2026-11-25T12:00:00.000Z', status: byState(job, { queued: 'PENDING', running: 'RUNNING', done: 'SUCCEEDED', failed: 'FAILED', moderated: 'FAILED', cancelled: 'CANCELLED' }),
        ...(job.state === 'running' && { progress: job.percent / 100 }), ...(job.state === 'done' && { output: [job.file] }),
        ...(job.state === 'failed' && { failure: 'An unexpected error occurred.', failureCode: 'INTERNAL.BAD_OUTPUT.CODE01' }),
        ...(job.state === 'moderated' && { failure: 'The text was rejected.', failureCode: 'SAFETY.INPUT.TEXT' }),
      },
    ],
    cancel: /^DELETE \/v1\/tasks\/([^/]+)$/,
  },
  google: {
    submit: /^POST \/models\/[^/]+:predictLongRunning$/,
    taken: ({ id }) => [200, { name: `models/veo/operations/${id}` }],
    status: /^GET \/models\/veo\/operations\/([^/:]+)$/,
    told: (job) => {
      const name = `models/veo/operations/${job.id}`;
      if (job.state === 'failed') return [200, { name, done: true, error: { code: 13, message: 'Video generation failed due to an internal server issue.', status: 'INTERNAL' } }];
      if (job.state === 'moderated') return [200, { name, done: true, response: { generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['The prompt violates the usage guidelines.'] } } }];
      if (job.state !== 'done') return [200, { name, metadata: { progressPercent: job.percent } }];
      return [200, { name, done: true, response: { '@type': 'type.googleapis.com/PredictLongRunningResponse', generateVideoResponse: { generatedSamples: [{ video: { uri: job.file } }] } } }];
    },
    cancel: /^POST \/models\/veo\/operations\/([^/:]+):cancel$/,
  },
  minimax: {
    submit: /^POST \/video_generation$/,
    taken: ({ id }) => [200, { task_id: id, base_resp: { status_code: 0, status_msg: 'success' } }],
    status: /^GET \/query\/video_generation\?task_id=([^&]+)$/,
    told: (job) => {
      if (job.state === 'moderated') return [200, { task_id: job.id, status: 'Fail', base_resp: { status_code: 1027, status_msg: 'The generated video contains sensitive content' } }];
      const status = byState(job, { queued: 'Queueing', running: 'Processing', done: 'Success', failed: 'Fail', moderated: 'Fail', cancelled: 'Fail' });
      return [200, { task_id: job.id, status, ...(job.state === 'done' && { file_id: job.id, video_width: 1366, video_height: 768 }), base_resp: { status_code: 0, status_msg: 'success' } }];
    },
    result: /^GET \/files\/retrieve\?file_id=([^&]+)$/,
    resultOf: (job) => [200, { file: { file_id: job.id, bytes: mp4.length, created_at: 1, filename: 'output.mp4', purpose: 'video_generation', download_url: job.file }, base_resp: { status_code: 0, status_msg: 'success' } }],
  },
  'black-forest-labs': {
    submit: /^POST \/v1\/flux[^/]*$/,
    taken: ({ id, base }) => [200, { id, polling_url: `${base}/v1/get_result?id=${id}` }],
    status: /^GET \/v1\/get_result\?id=([^&]+)$/,
    told: (job) => [
      200,
      {
        id: job.id, status: byState(job, { queued: 'Pending', running: 'Pending', done: 'Ready', failed: 'Error', moderated: 'Content Moderated', cancelled: 'Error' }), progress: job.percent / 100,
        result: job.state === 'done' ? { sample: job.file, prompt: 'as asked', seed: 4 } : null,
      },
    ],
  },
  openai: {
    submit: /^POST \/videos$/,
    taken: (job) => [200, sora(job)],
    status: /^GET \/videos\/([^/]+)$/,
    told: (job) => [200, sora(job)],
    result: /^GET \/videos\/([^/]+)\/content$/,
    resultOf: () => [200, mp4],
    cancel: /^DELETE \/videos\/([^/]+)$/,
  },
  xai: {
    submit: /^POST \/videos\/generations$/,
    taken: ({ id }) => [200, { request_id: id }],
    status: /^GET \/videos\/([^/]+)$/,
    told: (job) => {
      if (job.state === 'moderated') return [200, { status: 'done', video: { respect_moderation: false }, model: 'grok-imagine-video' }];
      if (job.state === 'failed') return [200, { status: 'failed', error: { code: 'internal_error', message: 'The server had an error.' } }];
      return job.state === 'done' ? [200, { status: 'done', video: { url: job.file, duration: 6, respect_moderation: true }, model: 'grok-imagine-video' }] : [202, { status: 'pending', progress: job.percent / 100 }];
    },
  },
};

const prediction = (job: Job): object => ({
  id: job.id, version: 'hidden', status: byState(job, { queued: 'starting', running: 'processing', done: 'succeeded', failed: 'failed', moderated: 'failed', cancelled: 'canceled' }),
  urls: { get: `${job.base}/predictions/${job.id}`, cancel: `${job.base}/predictions/${job.id}/cancel` }, input: {},
  output: job.state === 'done' ? (job.kind === 'image' ? [job.file] : job.file) : null,
  error: byState(job, { queued: null, running: null, done: null, failed: 'CUDA out of memory', moderated: 'NSFW content detected. (E005)', cancelled: null }),
  logs: job.state === 'running' ? `Using seed: 7\n ${job.percent}%|####      | 9/20` : '', metrics: job.state === 'done' ? { predict_time: 1.5 } : {},
});

const sora = (job: Job): object => ({
  id: job.id, object: 'video', model: 'sora-2', status: byState(job, { queued: 'queued', running: 'in_progress', done: 'completed', failed: 'failed', moderated: 'failed', cancelled: 'failed' }), progress: job.percent,
  error: byState(job, { queued: null, running: null, done: null, failed: { code: 'server_error', message: 'The server had an error.' }, moderated: { code: 'moderation_blocked', message: 'Blocked by our moderation system.' }, cancelled: null }),
});
