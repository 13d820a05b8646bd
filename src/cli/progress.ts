/** A progress bar on a terminal; nothing where nobody watches. */

import { SingleBar } from 'cli-progress';

export type Progress = {
  /** How much of the work is done; without a total only the remark is shown. */
  readonly done: (units: number, totalUnits: number | undefined) => void;
  /** A few words on how it goes. */
  readonly remark: (text: string) => void;
  readonly end: () => void;
};

const SILENT: Progress = { done: () => {}, remark: () => {}, end: () => {} };

export function startProgress(stream: NodeJS.WriteStream, name: string): Progress {
  if (!stream.isTTY) return SILENT;
  const bar = new SingleBar({
    stream,
    format: (_options, { progress, total }, { remark }: { remark: string }) => {
      const share = total > 0 ? `${drawn(progress)} ${Math.floor(progress * 100)}% · ` : '';
      return `${name} · ${share}${remark}`;
    },
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(0, 0, { remark: '' });
  return {
    done: (units, totalUnits) => {
      if (totalUnits !== undefined) bar.setTotal(totalUnits);
      bar.update(totalUnits === undefined ? 0 : units);
    },
    remark: (text) => bar.update({ remark: text }),
    end: () => bar.stop(),
  };
}

const BAR_WIDTH = 30;

function drawn(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
