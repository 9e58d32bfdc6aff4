import { t } from '../base/sentences.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes as people read them, `12.3 MiB`, `120 MiB`, `30 MiB`. */
export function readableBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1024 is one of the next unit.
  while (unit < units.length - 1 && value >= 1023.5) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1).replace('.0', '');
  return `${digits} ${units[unit]}`;
}

/** A time as people read it, `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function readableTime(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 9950) return t('{0} s', (milliseconds / 1000).toFixed(1).replace('.0', ''));
  if (seconds < 60) return t('{0} s', seconds);
  if (seconds < 3600) return t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
  return t('{0} h {1} min', Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60));
}
