/** What a step of training means, in as few words as possible and in numbers of 64 bits. */

type Vector = readonly number[];

export type PlainGradients = {
  /** Of the longest vectors. */
  readonly loss: number;
  readonly queries: readonly Vector[];
  readonly passages: readonly Vector[];
};

const LEVEL_ENDS = [32, 64, 128, 256];

/** The contrastive loss of pairs of sums, and its gradient by every number of them. */
export function plainGradients(
  queries: readonly Vector[],
  passages: readonly Vector[],
  temperature: number,
  levelShares: readonly number[],
): PlainGradients {
  const batch = queries.length;
  const gradients = [queries, passages].map((side) => side.map(() => new Array(256).fill(0)));
  const [queryGradients = [], passageGradients = []] = gradients;
  let loss = 0;
  for (const [level, end] of LEVEL_ENDS.entries()) {
    const ours = queries.map((sum) => direction(sum.slice(0, end)));
    const theirs = passages.map((sum) => direction(sum.slice(0, end)));
    const powers = ours.map((one) =>
      theirs.map((other) => Math.exp(dot(one, other) / temperature)),
    );
    const rowSums = powers.map((row) => row.reduce((sum, power) => sum + power));
    const columnSums = theirs.map((_, column) =>
      powers.reduce((sum, row) => sum + (row[column] as number), 0),
    );
    loss = 0;
    for (const [row, line] of powers.entries()) {
      for (const [column, power] of line.entries()) {
        const shareOfRow = power / (rowSums[row] as number);
        const shareOfColumn = power / (columnSums[column] as number);
        if (row === column) loss -= (Math.log(shareOfRow) + Math.log(shareOfColumn)) / (2 * batch);
        const force =
          ((levelShares[level] as number) *
            (shareOfRow + shareOfColumn - (row === column ? 2 : 0))) /
          (2 * batch * temperature);
        const [query, passage] = [ours[row] as Vector, theirs[column] as Vector];
        const cosine = dot(query, passage);
        const [queryLength, passageLength] = [
          length((queries[row] as Vector).slice(0, end)),
          length((passages[column] as Vector).slice(0, end)),
        ];
        for (let dimension = 0; dimension < end; dimension += 1) {
          const [one, other] = [query[dimension] as number, passage[dimension] as number];
          const [to, from] = [
            queryGradients[row] as number[],
            passageGradients[column] as number[],
          ];
          to[dimension] =
            (to[dimension] as number) + (force * (other - cosine * one)) / queryLength;
          from[dimension] =
            (from[dimension] as number) + (force * (one - cosine * other)) / passageLength;
        }
      }
    }
  }
  return { loss, queries: queryGradients, passages: passageGradients };
}

function dot(one: Vector, other: Vector): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
}

function length(vector: Vector): number {
  return Math.sqrt(dot(vector, vector));
}

function direction(vector: Vector): Vector {
  const own = length(vector);
  return vector.map((value) => value / own);
}
