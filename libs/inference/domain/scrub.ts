/** Makes a provider's error fit to keep and to show: no keys, no prompt text, no addresses with secrets, one line. */

const longest = 400;
/** Shapes of keys and tokens; the value in a query string or header as well. */
const secrets: readonly [RegExp, string][] = [
  [/\b(?:sk|pk|rk|xai|gsk|pplx|fw|r8|hf|nvapi|csk|tvly|AIza|ya29|key|glpat|ghp|github_pat|xox[abp])[-_.]?[A-Za-z0-9*][\w*.-]{14,}/g, '[key]'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/(\bbearer\s+)[^\s"',;]+/gi, '$1[key]'],
  [/([?&](?:key|api_key|apikey|token|access_token|signature|sig)=)[^&\s"']+/gi, '$1[key]'],
  [/((?:api[-_ ]?key|authorization|password|secret)["']?\s*(?:provided)?\s*[:=]\s*["']?)[^\s"',;]+/gi, '$1[key]'],
];

/** At this length a quotation of the prompt starts to tell something. */
const quotedAtLeast = 24;

/**
 * @param keys the very keys that were sent: removed whatever their shape
 * @param prompt texts the caller sent: any run of them that the provider quotes is removed
 */
export function scrub(message: string, keys: readonly string[], prompt: readonly string[]): string {
  let text = message;
  for (const key of keys) if (key.length >= 6) text = text.replaceAll(key, '[key]');
  for (const [shape, instead] of secrets) text = text.replace(shape, instead);
  text = withoutQuotes(text, prompt).replaceAll(/\s+/g, ' ').trim();
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Cuts out every run of at least 24 characters that also stands in the prompt. */
function withoutQuotes(message: string, prompt: readonly string[]): string {
  let text = message;
  for (let start = 0; start + quotedAtLeast <= text.length; start++) {
    const seed = text.slice(start, start + quotedAtLeast);
    const source = prompt.find((part) => part.includes(seed));
    if (source === undefined) continue;
    let end = start + quotedAtLeast;
    while (end < text.length && source.includes(text.slice(start, end + 1))) end++;
    text = `${text.slice(0, start)}[prompt]${text.slice(end)}`;
    start += '[prompt]'.length - 1;
  }
  return text;
}
