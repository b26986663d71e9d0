/** Comma-separated values as RFC 4180 wants them, and safe to open in a spreadsheet. */

/** How a spreadsheet recognises a formula (OWASP, "CSV Injection"); a quote in front makes it text. */
const formula = /^[=+\-@\t\r]/;
/** A negative amount begins like a formula and is none. */
const decimal = /^-?\d+(\.\d+)?$/;
const needsQuotes = /[",\r\n]/;

export type CsvCell = string | number | readonly string[] | null;

/** One record with its line end. Null is empty; lists are joined by a space-free semicolon. */
export const csvRecord = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = typeof cell === 'string' ? cell : cell.join(';');
  const harmless = formula.test(text) && !decimal.test(text) ? `'${text}` : text;
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
