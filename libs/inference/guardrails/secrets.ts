/** Keys, tokens, passwords and private keys, by the shapes their issuers give them. */

const shapes: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/,
  // OpenAI, Anthropic, OpenRouter and others that begin with sk-.
  /(?<![\w-])sk-(?:proj-|ant-|or-v1-|live-|svcacct-)?[A-Za-z0-9_-]{20,}/,
  /(?<![\w-])(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9_]{16,}/,
  /(?<!\w)(?:AKIA|ASIA|AROA)[A-Z0-9]{16}(?!\w)/,
  /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[\w-]{20,})/,
  /(?<!\w)xox[abeprs]-[A-Za-z0-9-]{10,}/,
  /https:\/\/hooks\.slack\.com\/services\/[\w/]{20,}/,
  /(?<!\w)AIza[\w-]{35}/,
  /(?<!\w)ya29\.[\w-]{20,}/,
  /(?<!\w)(?:gsk|hf|r8|fw|xai|pplx|nvapi|csk|tvly|npm|dop_v1|shpat|pypi|SG)[_.-][A-Za-z0-9_.-]{20,}/,
  /(?<!\w)(?:AC|SK)[0-9a-f]{32}(?!\w)/,
  /AccountKey=[A-Za-z0-9+/]{40,}={0,2}/,
  // A database or broker address with its password.
  /\b[a-z][a-z0-9+]{2,20}:\/\/[^\s:/@]{1,64}:[^\s:/@]{3,128}@[\w.-]+/i,
  /\bbearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{20,}=*/i,
  /\baws_?secret_?(?:access_?)?key\W{1,8}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
];

/** A name that says secret, an equals sign or colon, and a value that was not typed as an example. */
const assignment = /\b(?:api[-_ ]?key|secret(?:[-_ ]?key)?|access[-_ ]?token|auth[-_ ]?token|client[-_ ]?secret|private[-_ ]?key|password|passwd|pwd|passwort|senha|contraseña|mot de passe|пароль|密码|パスワード|비밀번호)["'`]?\s*(?:[:=]|：|is|é|es|est|ist)\s*["'`]?([^\s"'`,;]{8,200})/giu;
const placeholder = /^(?:<|\$|\{|\[|\*|process\.env|os\.|env\.|your|my_?|xxx|example|changeme|password|secret|\.\.\.|null|none|undefined|true|false|required|string)/i;

const jwtShape = /(?<![\w.-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

export const hasSecret = (text: string): boolean => shapes.some((shape) => isReal(shape, text)) || hasAssignment(text) || hasJwt(text);

/** `sk-xxxxxxxxxxxxxxxxxxxx` is how people write that they do not tell. */
function isReal(shape: RegExp, text: string): boolean {
  const match = shape.exec(text)?.[0];
  return match !== undefined && !/x{6,}|\*{4,}|\.{4,}|your[-_]/i.test(match);
}

function hasAssignment(text: string): boolean {
  for (const [, value = ''] of text.matchAll(assignment)) {
    // A word of one kind of letter is prose; a secret mixes.
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(value.replace(/[.!?)]+$/, ''))).length;
    if (kinds >= 2 && /\d/.test(value) && !placeholder.test(value) && !/\(|\)\.?$/.test(value)) return true;
  }
  return false;
}

function hasJwt(text: string): boolean {
  for (const [token] of text.matchAll(jwtShape)) {
    try {
      const header: unknown = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString('utf8'));
      if (typeof header === 'object' && header !== null && ('alg' in header || 'typ' in header)) return true;
    } catch {
      continue;
    }
  }
  return false;
}
