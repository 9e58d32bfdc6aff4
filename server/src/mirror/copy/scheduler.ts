import type { Load } from '../../base/load.ts';
import { HostWindow } from './hostWindow.ts';

/** One end of a task: who is asked, or written to. Equal places share what they bear. */
export interface TaskPlace {
  readonly place: string;
  /** Undefined for a disk, which bears what it bears. */
  readonly load?: Load | undefined;
}

/** What moves bytes from one place to another. */
export interface Transfer {
  readonly from: TaskPlace;
  readonly to: TaskPlace;
  readonly bytes: number;
  /** Of the image that it is for: images with a lower one are finished first. */
  readonly turn: number;
}

interface Waiting {
  readonly bytes: number;
  readonly turn: number;
  start(): void;
  giveUp(reason: unknown): void;
}

/** A place, and what it does for this run now. */
interface Host {
  readonly load: Load;
  readonly window: HostWindow;
  running: number;
  transfers: number;
}

/** What waits for the same places. */
interface Lane {
  readonly hosts: readonly Host[];
  readonly isTransfer: boolean;
  /** In the order in which they came. */
  readonly waiting: Waiting[];
  /** Bytes of all that waits. */
  bytes: number;
  running: number;
}

/** For places that nobody watches. */
const steady: Load = { refusals: 0, strain: 1 };

/**
 * Decides what a run does next, over all its images and hosts. Nothing waits for anything but room at its own places:
 *
 * - A place has as many tasks at the same time as it bears (`HostWindow`).
 * - Requests (is it there, a manifest, a mount) come first, since they are short and others wait for them; some room is kept for them
 *   beside the transfers of blobs.
 * - Of several lanes, a lane being a source and a destination, the one with the fewest tasks under way is next, and none takes more
 *   than three quarters of the transfers of a place: a slow source never holds all of the destination.
 * - In a lane the image that began first is next, and of it the largest blob, so that images are finished one after the other and
 *   not all at the end: a run that is killed has proven most of what it moved. But a blob that would take as long by itself as all the
 *   others side by side goes before them, so that no large one is left alone at the end.
 *
 * A task must not wait for another task of the scheduler.
 */
export class Scheduler {
  readonly #mostTransfers: number;
  readonly #signal: AbortSignal;
  readonly #hosts = new Map<string, Host>();
  readonly #lanes = new Map<string, Lane>();
  #transfers = 0;

  /**
   * @param mostTransfers blobs that are moved at the same time, over all places
   * @param signal what has not begun when it fires never does, and rejects with its reason
   */
  constructor(mostTransfers: number, signal: AbortSignal) {
    this.#mostTransfers = mostTransfers;
    this.#signal = signal;
  }

  /** Runs something short at one place. */
  request<Result>(at: TaskPlace, task: () => Promise<Result>): Promise<Result> {
    return this.#run(this.#lane([at], false), { bytes: 0, turn: 0 }, task);
  }

  /** Runs something that moves bytes from one place to another. */
  transfer<Result>(transfer: Transfer, task: () => Promise<Result>): Promise<Result> {
    return this.#run(this.#lane([transfer.from, transfer.to], true), transfer, task);
  }

  async #run<Result>(
    lane: Lane,
    { bytes, turn }: Pick<Transfer, 'bytes' | 'turn'>,
    task: () => Promise<Result>,
  ): Promise<Result> {
    this.#signal.throwIfAborted();
    await new Promise<void>((start, giveUp) => {
      lane.waiting.push({ bytes, turn, start, giveUp });
      lane.bytes += bytes;
      this.#startAll();
    });
    try {
      return await task();
    } finally {
      this.#end(lane);
    }
  }

  #startAll(): void {
    for (let lane = this.#next(); lane !== undefined; lane = this.#next()) {
      const at = lane.isTransfer ? nextTransfer(lane.waiting, lane.bytes / this.#most(lane)) : 0;
      const [next] = lane.waiting.splice(at, 1);
      this.#count(lane, 1);
      if (next === undefined) continue;
      lane.bytes -= next.bytes;
      next.start();
    }
  }

  #end(lane: Lane): void {
    this.#count(lane, -1);
    for (const { window, load } of lane.hosts) window.ended(load);
    if (!this.#signal.aborted) {
      this.#startAll();
      return;
    }
    // Where something waits, something runs, and that ends when the signal fires.
    for (const { waiting } of this.#lanes.values()) {
      for (const { giveUp } of waiting.splice(0)) giveUp(this.#signal.reason);
    }
  }

  #next(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.length === 0 || !this.#hasRoom(lane)) continue;
      const isBetter =
        next === undefined ||
        (lane.isTransfer === next.isTransfer ? lane.running < next.running : next.isTransfer);
      if (isBetter) next = lane;
    }
    return next;
  }

  #hasRoom(lane: Lane): boolean {
    if (lane.isTransfer && this.#transfers >= this.#mostTransfers) return false;
    return (
      lane.hosts.every((host) => {
        const { window, running, transfers } = host;
        const wanted = lane.hosts.filter((other) => other === host).length;
        // However small a window is, one task at a time gets through.
        if (running > 0 && running + wanted > window.size) return false;
        if (!lane.isTransfer) return true;
        return transfers === 0 || transfers + wanted <= transfersOf(host);
      }) &&
      (!lane.isTransfer || lane.running < this.#most(lane))
    );
  }

  /** Transfers that a lane may have under way. */
  #most({ hosts }: Lane): number {
    const shares = hosts.map((host) => Math.floor(transfersOf(host) * 0.75));
    return Math.max(1, Math.min(this.#mostTransfers, ...shares));
  }

  #count(lane: Lane, change: 1 | -1): void {
    lane.running += change;
    if (lane.isTransfer) this.#transfers += change;
    for (const host of lane.hosts) {
      host.running += change;
      if (lane.isTransfer) host.transfers += change;
    }
  }

  #lane(places: readonly TaskPlace[], isTransfer: boolean): Lane {
    const key = places.map(({ place }) => place).join('\n');
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const hosts = places.map((place) => this.#host(place));
      lane = { hosts, isTransfer, waiting: [], bytes: 0, running: 0 };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #host({ place, load = steady }: TaskPlace): Host {
    const host = this.#hosts.get(place) ?? { load, window: new HostWindow(), running: 0, transfers: 0 };
    this.#hosts.set(place, host);
    return host;
  }
}

/** Transfers that a place may have at the same time; the rest of its window is for requests. */
function transfersOf({ window }: Host): number {
  return window.size - Math.min(2, window.size >> 2);
}

/**
 * Which of the transfers that wait is next.
 * @param share bytes that each would have to move, were all that waits divided among those under way
 */
function nextTransfer(waiting: readonly Waiting[], share: number): number {
  let [first, largest] = [0, 0];
  for (const [at, { bytes, turn }] of waiting.entries()) {
    const { [first]: earliest, [largest]: longest } = waiting;
    if (earliest === undefined || longest === undefined) break;
    if (turn < earliest.turn || (turn === earliest.turn && bytes > earliest.bytes)) first = at;
    if (bytes > longest.bytes || (bytes === longest.bytes && turn < longest.turn)) largest = at;
  }
  return (waiting[largest]?.bytes ?? 0) >= share ? largest : first;
}
