/**
 * The scripts that run inside Redis, each as one step that nothing comes between. A count is a hash: one field per
 * slice of the window, their `sum`, and `tail`, the newest slice that has left the window. A slice leaves when its
 * last millisecond is a whole window old, so what counts is never less than the truth.
 */
import { waitForPlaceMs } from './allowances.js';

const clock = `
local window, slice, given = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = given
if given == 0 then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local current = math.floor(now / slice)
local gone = math.floor((now - window) / slice) - 1
local life = window + 2 * slice

local function used(key)
  local head = redis.call('HMGET', key, 'sum', 'tail')
  local sum, tail = tonumber(head[1] or 0), tonumber(head[2] or gone)
  if tail >= gone or not head[1] then return sum end
  if gone - tail > window / slice + 2 then
    redis.call('DEL', key)
    return 0
  end
  local fields = {}
  for i = tail + 1, gone do fields[#fields + 1] = i end
  local amounts = redis.call('HMGET', key, unpack(fields))
  for i = 1, #fields do sum = sum - tonumber(amounts[i] or 0) end
  redis.call('HDEL', key, unpack(fields))
  redis.call('HSET', key, 'sum', sum, 'tail', gone)
  return sum
end

local function add(key, amount, at)
  if redis.call('EXISTS', key) == 0 then redis.call('HSET', key, 'tail', gone) end
  redis.call('HINCRBY', key, at, amount)
  redis.call('HINCRBY', key, 'sum', amount)
  redis.call('PEXPIRE', key, life)
end

local function wait(key, excess)
  for i = gone + 1, current do
    excess = excess - tonumber(redis.call('HGET', key, i) or 0)
    if excess <= 0 then return (i + 1) * slice + window - now end
  end
  return window
end

local function reset(key)
  for i = current, gone + 1, -1 do
    if tonumber(redis.call('HGET', key, i) or 0) > 0 then return (i + 1) * slice + window - now end
  end
  return 0
end
`;

/**
 * KEYS: requests, tokens and places of each subject. ARGV: window, slice, clock, place, its life, tokens, then three
 * limits per subject (-1: none). Answers {granted, subject, kind, wait (-1: never), slice taken in, then per subject:
 * requests used, their reset, tokens used, their reset}. Nothing is written unless everything is granted.
 */
export const takeScript = `${clock}
local place, life_of_place, tokens = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local subjects = #KEYS / 3
local refused, standings = nil, {}
for s = 0, subjects - 1 do
  local requests_key, tokens_key, places_key = KEYS[s * 3 + 1], KEYS[s * 3 + 2], KEYS[s * 3 + 3]
  local requests_limit, tokens_limit, places_limit = tonumber(ARGV[7 + s * 3]), tonumber(ARGV[8 + s * 3]), tonumber(ARGV[9 + s * 3])
  local requests_used, tokens_used = used(requests_key), used(tokens_key)
  redis.call('ZREMRANGEBYSCORE', places_key, '-inf', now)
  if not refused and requests_limit >= 0 and requests_used + 1 > requests_limit then
    refused = {s, 0, requests_limit < 1 and -1 or wait(requests_key, requests_used + 1 - requests_limit)}
  end
  if not refused and tokens_limit >= 0 and tokens > 0 and tokens_used + tokens > tokens_limit then
    refused = {s, 1, tokens > tokens_limit and -1 or wait(tokens_key, tokens_used + tokens - tokens_limit)}
  end
  if not refused and places_limit >= 0 and redis.call('ZCARD', places_key) >= places_limit then refused = {s, 2, ${waitForPlaceMs}} end
  standings[s] = {requests_used, tokens_used, requests_limit, tokens_limit}
end
local answer = refused and {0, refused[1], refused[2], refused[3], current} or {1, 0, 0, 0, current}
for s = 0, subjects - 1 do
  local requests_key, tokens_key, places_key = KEYS[s * 3 + 1], KEYS[s * 3 + 2], KEYS[s * 3 + 3]
  local requests_used, tokens_used, requests_limit, tokens_limit = unpack(standings[s])
  if not refused then
    if requests_limit >= 0 then add(requests_key, 1, current) end
    if tokens_limit >= 0 and tokens > 0 then add(tokens_key, tokens, current) end
    redis.call('ZADD', places_key, now + life_of_place, place)
    redis.call('PEXPIRE', places_key, life_of_place)
    requests_used, tokens_used = requests_used + 1, tokens_used + tokens
  end
  answer[#answer + 1] = requests_used
  answer[#answer + 1] = requests_limit >= 0 and reset(requests_key) or 0
  answer[#answer + 1] = tokens_used
  answer[#answer + 1] = tokens_limit >= 0 and reset(tokens_key) or 0
end
return answer
`;

/**
 * KEYS as above. ARGV: window, slice, clock, place, the slice it was taken in, then requests and tokens beyond (or,
 * negative, below) what was taken.
 */
export const settleScript = `${clock}
local place, taken_in = ARGV[4], tonumber(ARGV[5])
local function correct(key, excess)
  if excess > 0 then
    used(key)
    add(key, excess, current)
  elseif excess < 0 and taken_in > gone then
    used(key)
    if redis.call('HEXISTS', key, taken_in) == 1 then add(key, excess, taken_in) end
  end
end
for s = 0, #KEYS / 3 - 1 do
  redis.call('ZREM', KEYS[s * 3 + 3], place)
  correct(KEYS[s * 3 + 1], tonumber(ARGV[6]))
  correct(KEYS[s * 3 + 2], tonumber(ARGV[7]))
end
return 1
`;

/** KEYS: places of a subject. ARGV: window, slice, clock, place, its life. */
export const extendScript = `${clock}
redis.call('ZADD', KEYS[1], 'XX', now + tonumber(ARGV[5]), ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`;
