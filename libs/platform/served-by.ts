/** Which process serves a request, recorded with it: how the watchdog knows that nobody will end it any more. */
import { hostname } from 'node:os';

/** `host/pid/start`: a process id alone may be given to another process later. */
export const thisProcess = `${hostname()}/${process.pid}/${Math.round(performance.timeOrigin)}`;

/** True when the process ran on this machine and is gone. Of another machine nobody here can tell: false. */
export function isGone(servedBy: string): boolean {
  if (servedBy === thisProcess) return false;
  const [host, pid] = servedBy.split('/');
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
