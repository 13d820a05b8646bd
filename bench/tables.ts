/** Figures as the pages under docs/ show them. */

/** A share in hundredths, with one decimal. */
export function hundredths(share: number): string {
  return (100 * share).toFixed(1);
}

/** Rows as a table of Markdown: the first names the columns; cells that lack are empty. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const line = (cells: readonly string[]) =>
    `| ${head.map((_, at) => cells[at] ?? '').join(' | ')} |`;
  return [line(head), `|---${'|---:'.repeat(head.length - 1)}|`, ...rest.map(line)].join('\n');
}
