import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '../../event-sourcing/event-log.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { bootstrap } from '../commands/bootstrap.js';
import { Pepper } from '../credentials/pepper.js';
import { newKeyText } from '../credentials/random.js';
import { Users } from '../credentials/users.js';
import { KeyUsage } from '../read-model/key-usage.js';
import { Organizations } from '../read-model/organizations.js';
import { identityApp, testConfig, type Answer, type IdentityApp } from '../testing/identity-app.js';
import { withoutPolicy } from '../testing/route-table.js';
import { secretsIn } from '../../platform/testing/secrets.js';
import { eventually } from '../../platform/testing/eventually.js';

let node: TestLog;
let database: TestDatabase;
let api: IdentityApp;
let owner: SignedIn;
let orgId: string;
let firstKey: string;

interface SignedIn {
  readonly headers: Record<string, string>;
  readonly answer: Answer;
}

const password = 'correct horse battery';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const signedIn = (answer: Answer): SignedIn => ({ answer, headers: { cookie: answer.cookie!, 'x-csrf-token': answer.json['csrf_token'] ?? '' } });

beforeAll(async () => {
  node = await testLog();
  database = await testDatabase();
  api = await identityApp(testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url }));
  const first = await bootstrap(tools(), 'Acme', null);
  ({ orgId } = first);
  firstKey = first.apiKey!;
  // The invitation was written after the key: a process that knows the key may not know the invitation yet.
  await eventually(() => api.app.get(Organizations).invitationOf(api.app.get(Pepper).digest('invitation', first.invitation!)), (known) => known !== undefined);
  owner = signedIn(await api.request('POST', '/auth/sign-up', { body: { email: 'Ann@Example.com', password, invitation: first.invitation! } }));
});
afterAll(async () => {
  await api?.close();
  await node?.close();
  await database?.drop();
  if (api) await rm(api.config.dataDir, { recursive: true, force: true });
});

const tools = () => ({ log: api.app.get(EventLog), pepper: api.app.get(Pepper), users: api.app.get(Users) });
const createKey = async (body: object = {}) => (await api.request('POST', '/v1/org/keys', { headers: owner.headers, body: { name: 'ci', ...body } })).json as unknown as { id: string; key: string };

describe('the door', () => {
  it('stays shut before a route without a policy, also to a key that may everything', async () =>
    expect(await api.request('GET', '/forgotten', { headers: bearer(firstKey) })).toMatchObject({ status: 403, json: { error: { code: 'route_closed', type: 'permission_error' } } }));

  it('and the walk over the routes names such a route', () => expect(withoutPolicy(api.app)).toEqual(['GET /forgotten (ForgottenController.read)']));

  it('asks for a key', async () =>
    expect(await api.request('POST', '/knock/infer')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' }, json: { error: { code: 'missing_api_key', type: 'authentication_error', param: null } } }));

  it.each([[''], ['Bearer '], ['Bearer pk_live_wrong'], [`Basic ${Buffer.from('a:b').toString('base64')}`], [`Bearer ${newKeyText('live')}`]])('is not opened by %j', async (authorization) =>
    expect(await api.request('POST', '/knock/infer', { headers: { authorization } })).toMatchObject({ status: 401, json: { error: { code: 'invalid_api_key' } } }));

  it('is opened by a key as bearer, in any case of the scheme, or as Anthropic clients send it', async () => {
    for (const headers of [bearer(firstKey), { authorization: `bearer ${firstKey}` }, { 'x-api-key': firstKey }]) {
      expect(await api.request('POST', '/knock/infer', { headers })).toMatchObject({ status: 201, json: { orgId, mode: 'test', role: 'admin', userId: null } });
    }
  });

  it('lets a session in where the contract says so, and never to spend money', async () => {
    expect(await api.request('GET', '/knock/logs', { headers: owner.headers })).toMatchObject({ status: 200, json: { orgId, keyId: null, role: 'owner' } });
    expect(await api.request('POST', '/knock/infer', { headers: owner.headers })).toMatchObject({ status: 401 });
  });

  it('does not fall back to the cookie when the key is wrong', async () =>
    expect(await api.request('GET', '/knock/logs', { headers: { ...owner.headers, ...bearer('pk_live_x') } })).toMatchObject({ status: 401 }));

  it('keeps a role to its rights', async () => {
    const viewer = await createKey({ role: 'viewer' });
    expect((await api.request('GET', '/knock/logs', { headers: bearer(viewer.key) })).status).toBe(200);
    expect(await api.request('POST', '/knock/settings', { headers: bearer(viewer.key) })).toMatchObject({ status: 403, json: { error: { code: 'role_too_low' } } });
    expect((await api.request('POST', '/knock/infer', { headers: bearer(viewer.key) })).status).toBe(403);
  });

  it('keeps a key to its endpoints and addresses', async () => {
    const { key } = await createKey({ endpoints: ['/knock/logs'], ip_ranges: ['10.0.0.0/8'] });
    const from = (ip: string, path: string, method = 'GET') => api.request(method, path, { headers: bearer(key), ip });
    expect((await from('10.0.0.7', '/knock/logs')).status).toBe(200);
    expect(await from('10.0.0.7', '/knock/infer', 'POST')).toMatchObject({ status: 403, json: { error: { code: 'endpoint_not_allowed' } } });
    expect(await from('192.0.2.1', '/knock/logs')).toMatchObject({ status: 403, json: { error: { code: 'address_not_allowed' } } });
  });

  it('counts requests of a key and says so', async () => {
    const { key } = await createKey({ limits: { requests_per_minute: 2 } });
    const ask = () => api.request('GET', '/knock/logs', { headers: bearer(key) });
    expect(await ask()).toMatchObject({ status: 200, headers: { 'x-ratelimit-limit-requests': '2', 'x-ratelimit-remaining-requests': '1' } });
    await ask();
    expect(await ask()).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String), 'x-ratelimit-remaining-requests': '0' }, json: { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } } });
  });
});

describe('API keys', () => {
  it('are shown once, and listed without their secret', async () => {
    const { id, key } = await createKey({ name: 'shown once', models: ['openai/gpt-5'], budget: { per_day_dollars: '2.50', total_dollars: 100 }, expires_at: '2100-01-01T00:00:00Z' });
    expect(key).toMatch(/^pk_live_[0-9a-z]{9}_[0-9a-f]{32}$/);
    const listed = await api.request('GET', '/v1/org/keys', { headers: owner.headers });
    expect(listed.text).not.toContain(key.slice(-32));
    expect((listed.json['data'] as unknown as object[]).find((each) => (each as { id: string }).id === id)).toMatchObject({
      name: 'shown once', mode: 'live', hint: key.slice(0, 17), role: 'developer', models: ['openai/gpt-5'], providers: null, revoked_at: null,
      budget: { per_day_dollars: '2.5', per_month_dollars: null, total_dollars: '100' }, expires_at: '2100-01-01T00:00:00.000Z', last_used_at: null,
    });
  });

  it('work for whoever made them at once, and stop on every process when they are revoked', async () => {
    const second = await identityApp(testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url }, { masterKey: api.config.masterKey }));
    try {
      const { id, key } = await createKey();
      expect((await api.request('GET', '/knock/logs', { headers: bearer(key) })).status).toBe(200);
      await eventually(async () => (await second.request('GET', '/knock/logs', { headers: bearer(key) })).status, (status) => status === 200);
      expect(await api.request('DELETE', `/v1/org/keys/${id}`, { headers: owner.headers })).toMatchObject({ status: 204, headers: { 'x-gr-position': expect.stringMatching(/^\d+$/) } });
      expect(await api.request('GET', '/knock/logs', { headers: bearer(key) })).toMatchObject({ status: 401, json: { error: { code: 'api_key_revoked' } } });
      await eventually(async () => (await second.request('GET', '/knock/logs', { headers: bearer(key) })).status, (status) => status === 401);
    } finally {
      await second.close();
      await rm(second.config.dataDir, { recursive: true, force: true });
    }
  });

  it('rotate with an overlap', async () => {
    const { id, key } = await createKey();
    const rotated = (await api.request('POST', `/v1/org/keys/${id}/rotate`, { headers: owner.headers, body: { overlap_seconds: 3600 } })).json as unknown as { key: string };
    for (const text of [key, rotated.key]) expect((await api.request('GET', '/knock/logs', { headers: bearer(text) })).status).toBe(200);
    const again = (await api.request('POST', `/v1/org/keys/${id}/rotate`, { headers: owner.headers, body: { overlap_seconds: 0 } })).json as unknown as { key: string };
    const statuses = await Promise.all([key, rotated.key, again.key].map(async (text) => (await api.request('GET', '/knock/logs', { headers: bearer(text) })).status));
    expect(statuses).toEqual([401, 401, 200]);
  });

  it('change their terms, where null lifts a restriction and silence keeps it', async () => {
    const { id } = await createKey({ models: ['openai/gpt-5'], tasks: ['text'], limits: { requests_per_minute: 5 } });
    const changed = await api.request('PATCH', `/v1/org/keys/${id}`, { headers: owner.headers, body: { models: null, name: 'wider' } });
    expect(changed.json).toMatchObject({ name: 'wider', models: null, tasks: ['text'], limits: { requests_per_minute: 5, tokens_per_minute: null } });
  });

  it('remember when they were last used, written in batches', async () => {
    const { id, key } = await createKey();
    await api.request('GET', '/knock/logs', { headers: bearer(key) });
    await api.app.get(KeyUsage).write();
    const [row] = await database.db.query<{ last_used_at: Date }>('SELECT last_used_at FROM api_key_usage WHERE key_id = $1', [id]);
    expect(Date.now() - row!.last_used_at.getTime()).toBeLessThan(60_000);
    const listed = (await api.request('GET', '/v1/org/keys', { headers: owner.headers })).json['data'] as unknown as { id: string; last_used_at: string }[];
    expect(listed.find((each) => each.id === id)!.last_used_at).toBe(row!.last_used_at.toISOString());
  });

  it('of another organization do not exist', async () => {
    const other = await bootstrap(tools(), 'Other', null);
    await eventually(async () => (await api.request('GET', '/v1/org', { headers: bearer(other.apiKey!) })).status, (status) => status === 200);
    const { id } = await createKey();
    for (const [method, path] of [['DELETE', ''], ['PATCH', ''], ['POST', '/rotate']] as const) {
      expect(await api.request(method, `/v1/org/keys/${id}${path}`, { headers: bearer(other.apiKey!), body: {} })).toMatchObject({ status: 404, json: { error: { code: 'key_not_found' } } });
    }
    expect((await api.request('GET', '/v1/org/keys', { headers: bearer(other.apiKey!) })).json['data']).toHaveLength(1);
  });

  it.each([
    [{ name: '' }, 'name'], [{ ip_ranges: ['10.0.0.0/33'] }, 'ip_ranges'], [{ budget: { total_dollars: '-1' } }, 'budget.total_dollars'], [{ budget: { total_dollars: 'much' } }, 'budget.total_dollars'],
    [{ mode: 'both' }, 'mode'], [{ role: 'owner' }, 'role'], [{ limits: { requests_per_minute: -1 } }, 'limits.requests_per_minute'], [{ colour: 'red' }, 'colour'], [{ expires_at: 'tomorrow' }, 'expires_at'], [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ tasks: ['texts'] }, 'tasks'], [{ limits: [] }, 'limits'], [{ budget: [] }, 'budget'], [{ budget: { total_dollars: '9'.repeat(30) } }, 'budget.total_dollars'], [{ name: 'a\u0000b' }, 'name'],
  ])('are not made from %j', async (body, param) =>
    expect(await api.request('POST', '/v1/org/keys', { headers: owner.headers, body: { name: 'x', ...body } })).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', param } } }));

  it('that are held back, or for tests, get no hold of stronger ones', async () => {
    const target = await createKey();
    const narrow = await createKey({ role: 'admin', models: ['openai/gpt-5'] });
    const refused = async (key: string, method: string, path: string, body: object) => (await api.request(method, `/v1/org/keys${path}`, { headers: bearer(key), body })).json['error'];
    for (const [method, path, body] of [['POST', '', { name: 'x' }], ['PATCH', `/${target.id}`, { name: 'x' }], ['POST', `/${target.id}/rotate`, {}]] as const) {
      expect(await refused(narrow.key, method, path, body)).toMatchObject({ code: 'key_restricted' });
      expect(await refused(firstKey, method, path, body)).toMatchObject({ code: 'test_key' });
    }
    expect((await api.request('POST', '/v1/org/keys', { headers: bearer(firstKey), body: { name: 'x', mode: 'test' } })).status).toBe(201);
    expect((await api.request('DELETE', `/v1/org/keys/${target.id}`, { headers: bearer(narrow.key) })).status).toBe(204);
  });

  it('never grant more than their maker has', async () => {
    const developer = await createKey({ role: 'developer' });
    expect((await api.request('POST', '/v1/org/keys', { headers: bearer(developer.key), body: { name: 'x' } })).status).toBe(403);
  });
});

describe('setting up', () => {
  it('a second time changes nothing, and shows no key again', async () => {
    expect(await bootstrap(tools(), 'Acme', null)).toEqual({ orgId, apiKey: null, invitation: null });
  });

  it('makes the key the operator names, once, and not again after it was revoked', async () => {
    const wanted = newKeyText('test');
    expect(await bootstrap(tools(), 'Named', wanted)).toMatchObject({ apiKey: wanted });
    expect(await bootstrap(tools(), 'Named', wanted)).toMatchObject({ apiKey: wanted, invitation: null });
    let issued = 0;
    for await (const event of node.log.readAll()) if (event.type === 'ApiKeyIssued' && JSON.stringify(event.data).includes(wanted.slice(0, 17))) issued++;
    expect(issued).toBe(1);
  });

  it('refuses a key of another shape, without repeating it', async () =>
    expect(bootstrap(tools(), 'Named', 'pk_test_secret')).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') })));
});

describe('people', () => {
  it('sign in and see where they are', async () => {
    const session = signedIn(await api.request('POST', '/auth/sign-in', { body: { email: ' ann@example.COM ', password } }));
    expect(session.answer.headers['set-cookie']).toMatch(/^gr_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await api.request('GET', '/auth/session', { headers: session.headers })).json).toMatchObject({
      user: { email: 'ann@example.com' }, organization: { id: orgId, name: 'Acme', role: 'owner' }, csrf_token: session.headers['x-csrf-token'],
    });
  });

  it('have a cookie bound to TLS and the host, over TLS', async () => {
    const answer = await api.request('POST', '/auth/sign-in', { body: { email: 'ann@example.com', password }, headers: { 'x-forwarded-proto': 'https' } });
    expect(answer.headers['set-cookie']).toMatch(/^__Host-gr_session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('change nothing without the CSRF token, nor from another site', async () => {
    const { cookie } = owner.headers as { cookie: string };
    expect(await api.request('POST', '/v1/org/keys', { headers: { cookie }, body: { name: 'x' } })).toMatchObject({ status: 403, json: { error: { code: 'csrf_token_wrong' } } });
    expect(await api.request('POST', '/v1/org/keys', { headers: { ...owner.headers, 'x-csrf-token': 'a'.repeat(64) }, body: { name: 'x' } })).toMatchObject({ status: 403 });
    expect(await api.request('POST', '/v1/org/keys', { headers: { ...owner.headers, 'sec-fetch-site': 'cross-site' }, body: { name: 'x' } })).toMatchObject({ status: 403, json: { error: { code: 'cross_site_request' } } });
    expect((await api.request('POST', '/auth/sign-in', { headers: { origin: 'https://evil.example' }, body: { email: 'ann@example.com', password } })).status).toBe(403);
    expect((await api.request('GET', '/v1/org', { headers: { cookie } })).status).toBe(200);
  });

  it('sign out here, and everywhere', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map(async () => signedIn(await api.request('POST', '/auth/sign-in', { body: { email: 'ann@example.com', password } }))));
    const status = async ({ headers }: SignedIn) => (await api.request('GET', '/auth/session', { headers })).status;
    expect((await api.request('DELETE', '/auth/session', { headers: first!.headers })).status).toBe(204);
    expect([await status(first!), await status(second!)]).toEqual([401, 200]);
    expect((await api.request('DELETE', '/auth/sessions', { headers: second!.headers })).status).toBe(204);
    expect([await status(second!), await status(third!)]).toEqual([401, 401]);
    owner = signedIn(await api.request('POST', '/auth/sign-in', { body: { email: 'ann@example.com', password } }));
  });

  it('change their password, which ends every other session', async () => {
    const before = owner;
    const wrong = await api.request('PUT', '/auth/password', { headers: owner.headers, body: { current_password: 'not my password', new_password: 'another long password' } });
    expect(wrong).toMatchObject({ status: 400, json: { error: { code: 'password_wrong', param: 'current_password' } } });
    owner = signedIn(await api.request('PUT', '/auth/password', { headers: owner.headers, body: { current_password: password, new_password: 'another long password' } }));
    expect(owner.answer.status).toBe(200);
    expect((await api.request('GET', '/auth/session', { headers: before.headers })).status).toBe(401);
    owner = signedIn(await api.request('PUT', '/auth/password', { headers: owner.headers, body: { current_password: 'another long password', new_password: password } }));
    expect((await api.request('GET', '/auth/session', { headers: owner.headers })).status).toBe(200);
  });

  it('are not told apart from strangers, and are locked out for a while after five wrong passwords', async () => {
    const attempt = (email: string, ip: string) => api.request('POST', '/auth/sign-in', { body: { email, password: 'no such password' }, ip });
    await invite('locked@example.com', 'viewer', 'locked out soon');
    for (const [email, ip] of [['locked@example.com', '192.0.2.10'], ['nobody@example.com', '192.0.2.11']] as const) {
      const answers: Answer[] = [];
      for (let n = 0; n < 6; n++) answers.push(await attempt(email, ip));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
      expect(answers[5]).toMatchObject({ headers: { 'retry-after': expect.stringMatching(/^(30|[12]?\d)$/) }, json: { error: { code: 'sign_in_locked' } } });
      expect(answers[0]!.json).toEqual({ error: { message: 'the address or the password is wrong', type: 'authentication_error', param: null, code: 'invalid_credentials' } });
    }
    expect((await api.request('POST', '/auth/sign-in', { body: { email: 'locked@example.com', password: 'locked out soon' }, ip: '192.0.2.12' })).status).toBe(429);
  });

  it('cannot be guessed by many attempts at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.request('POST', '/auth/sign-in', { body: { email: 'burst@example.com', password: 'no such password' }, ip: '192.0.2.20' })));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('sign up by invitation only, where the operator pays', async () => {
    const body = { email: 'eve@example.com', password: 'a long password', organization_name: 'Evil' };
    expect(await api.request('POST', '/auth/sign-up', { body })).toMatchObject({ status: 403, json: { error: { code: 'sign_up_not_allowed' } } });
    const escape = 'Evil\u001b[2J, which clears the terminal of whoever lists organizations';
    expect(await api.request('POST', '/auth/sign-up', { body: { ...body, organization_name: escape } })).toMatchObject({ status: 400, json: { error: { param: 'organization_name', message: expect.stringContaining('organization_name must be') } } });
    expect(await api.request('POST', '/auth/sign-up', { body: { ...body, organization_name: undefined, invitation: 'guessed' } })).toMatchObject({ status: 404, json: { error: { code: 'invitation_not_found' } } });
    expect((await api.request('POST', '/auth/sign-in', { body: { email: body.email, password: body.password } })).status).toBe(401);
  });

  it('learn from signing up without an invitation nothing about who has an account', async () => {
    const signUp = async (email: string) => (await api.request('POST', '/auth/sign-up', { body: { email, password: 'a long password', invitation: 'guessed' } })).text;
    expect(await signUp('ann@example.com')).toBe(await signUp('nobody@example.com'));
  });

  it('sign up by themselves where organizations pay first', async () => {
    const prepaid = await identityApp(testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url }, { billing: 'prepaid' }));
    try {
      const answer = await prepaid.request('POST', '/auth/sign-up', { body: { email: 'paul@example.com', password: 'a long password', organization_name: "Paul's" } });
      expect(answer).toMatchObject({ status: 201, json: { user: { email: 'paul@example.com' }, organization: { name: "Paul's", role: 'owner' } } });
      expect(await prepaid.request('POST', '/auth/sign-up', { body: { email: 'paul@example.com', password: 'a long password', organization_name: 'Again' } })).toMatchObject({ status: 400, json: { error: { code: 'email_taken' } } });
    } finally {
      await prepaid.close();
      await rm(prepaid.config.dataDir, { recursive: true, force: true });
    }
  });

  it('cannot use an invitation for somebody else, nor twice', async () => {
    const { json } = await api.request('POST', '/v1/org/invitations', { headers: owner.headers, body: { email: 'carl@example.com', role: 'developer' } });
    const signUp = (email: string) => api.request('POST', '/auth/sign-up', { body: { email, password: 'a long password', invitation: json['token'] } });
    expect(await signUp('eve@example.com')).toMatchObject({ status: 403, json: { error: { code: 'invitation_not_allowed' } } });
    expect(await signUp('carl@example.com')).toMatchObject({ status: 201, json: { organization: { id: orgId, role: 'developer' } } });
    expect((await signUp('carl2@example.com')).status).toBe(404);
    expect(await database.db.query('SELECT * FROM invited_addresses WHERE email = $1', ['carl@example.com'])).toEqual([]);
  });

  it('lose their rights with their membership, at once', async () => {
    const dora = await invite('dora@example.com', 'admin', 'dora has a password');
    const { user } = dora.answer.json as unknown as { user: { id: string } };
    expect((await api.request('GET', '/v1/org/members', { headers: dora.headers })).json['data']).toContainEqual(expect.objectContaining({ email: 'dora@example.com', role: 'admin' }));
    await api.request('PATCH', `/v1/org/members/${user.id}`, { headers: owner.headers, body: { role: 'viewer' } });
    expect((await api.request('POST', '/v1/org/keys', { headers: dora.headers, body: { name: 'x' } })).status).toBe(403);
    await api.request('DELETE', `/v1/org/members/${user.id}`, { headers: owner.headers });
    expect(await api.request('GET', '/v1/org', { headers: dora.headers })).toMatchObject({ status: 403, json: { error: { code: 'not_a_member' } } });
  });

  it('keep the last owner', async () => {
    const { user } = owner.answer.json as unknown as { user: { id: string } };
    expect(await api.request('DELETE', `/v1/org/members/${user.id}`, { headers: owner.headers })).toMatchObject({ status: 400, json: { error: { code: 'last_owner' } } });
  });

  async function invite(email: string, role: string, theirPassword: string): Promise<SignedIn> {
    const { json } = await api.request('POST', '/v1/org/invitations', { headers: owner.headers, body: { email, role } });
    return signedIn(await api.request('POST', '/auth/sign-up', { body: { email, password: theirPassword, invitation: json['token'] } }));
  }
});

describe('an organization', () => {
  it('sets limits over all its keys', async () => {
    expect((await api.request('PUT', '/v1/org/limits', { headers: owner.headers, body: { requests_per_minute: 100_000 } })).json).toEqual({ requests_per_minute: 100_000, tokens_per_minute: null, concurrent_requests: null });
    expect((await api.request('GET', '/v1/org', { headers: bearer(firstKey) })).json).toMatchObject({ id: orgId, name: 'Acme', limits: { requests_per_minute: 100_000 } });
  });

  it('takes an invitation back', async () => {
    const { json } = await api.request('POST', '/v1/org/invitations', { headers: owner.headers, body: { role: 'viewer' } });
    expect((await api.request('GET', '/v1/org/invitations', { headers: owner.headers })).json['data']).toContainEqual(expect.objectContaining({ id: json['id'], email: null, role: 'viewer' }));
    expect((await api.request('DELETE', `/v1/org/invitations/${String(json['id'])}`, { headers: owner.headers })).status).toBe(204);
    expect((await api.request('POST', '/auth/sign-up', { body: { email: 'late@example.com', password: 'a long password', invitation: json['token'] } })).status).toBe(404);
  });
});

it('leaves no key, password, token or address in the log, nor in any error', async () => {
  let text = api.errors.join('\n');
  expect(api.errors.length).toBeGreaterThan(30);
  for await (const { data, metadata } of node.log.readAll()) text += JSON.stringify([data, metadata]);
  expect(text).toContain('"digest"');
  expect(secretsIn(text)).toEqual([]);
  expect(text).not.toMatch(/example\.com|argon2|correct horse/i);
});
