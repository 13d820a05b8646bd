/**
 * How the threads of a training wait for each other and share work, through a few numbers in
 * shared memory. Who does which piece of work differs from run to run; what comes out does not.
 */

const ARRIVED = 0;
const MEETINGS = 1;
const NEXT_PIECE = 2;
const NUMBERS = 16;

/** Looks so often before it sleeps: the others are mostly just about done. */
const LOOKS = 2_000;

export type Meeting = {
  /** Takes pieces of work that nobody has taken, until all of so many are taken. */
  readonly share: (pieces: number, work: (piece: number) => void) => void;
  /**
   * Waits until all threads are here. The last to come does what is for one thread alone, before
   * any goes on.
   */
  readonly meet: (alone?: () => void) => void;
};

/** What {@link createMeeting} needs: one for all threads. */
export function meetingPlace(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(NUMBERS * Int32Array.BYTES_PER_ELEMENT));
}

export function createMeeting(place: Int32Array, threads: number): Meeting {
  return {
    share(pieces, work) {
      for (;;) {
        const piece = Atomics.add(place, NEXT_PIECE, 1);
        if (piece >= pieces) return;
        work(piece);
      }
    },

    meet(alone) {
      const meeting = Atomics.load(place, MEETINGS);
      if (Atomics.add(place, ARRIVED, 1) === threads - 1) {
        alone?.();
        Atomics.store(place, NEXT_PIECE, 0);
        Atomics.store(place, ARRIVED, 0);
        Atomics.add(place, MEETINGS, 1);
        Atomics.notify(place, MEETINGS);
        return;
      }
      for (let look = 0; look < LOOKS; look += 1) {
        if (Atomics.load(place, MEETINGS) !== meeting) return;
      }
      while (Atomics.load(place, MEETINGS) === meeting) Atomics.wait(place, MEETINGS, meeting);
    },
  };
}
