/** The largest block that the C library of Linux can be made to keep, which it is for a little less. */
const largestKept = 31 * 1024 * 1024;

/**
 * Has the C library keep what is freed for what is asked for next. By itself glibc gets each block of 128 KiB or more from the system
 * and gives it back, and every page of it is made anew when it is touched: where layers are unpacked by the megabyte, that costs a fifth
 * of the time. It keeps blocks as large as the largest that was ever freed, so that one is freed here, which nobody has touched.
 * Some 60 MB may stay with the process, so that this is for a command that ends, and not for a server. Call it before anything is
 * read; other C libraries do nothing of the kind, and it costs them nothing.
 * https://man7.org/linux/man-pages/man3/mallopt.3.html (M_MMAP_THRESHOLD)
 */
export function keepFreedMemory(): void {
  // Waiting for garbage to be collected would be too late: what is transferred is freed at once.
  new ArrayBuffer(largestKept).transfer(0);
}
