import type { Config } from '../../libs/platform/config.js';
import { routeStream } from '../../libs/routing/domain/terminal.js';
import { withLog } from './stores.js';

/** `greatrouter events <request id>`: one line that says what and when, then the event as it stands in the log. */
export function eventsCommand(settings: Config, requestId: string): Promise<void> {
  return withLog(settings, async (log) => {
    let found = 0;
    for await (const event of log.read(routeStream(requestId))) {
      found++;
      console.log(`${event.type}  revision ${event.revision}  position ${event.position.commit}  ${event.metadata.at}  by ${event.metadata.actor}`);
      console.log(`${JSON.stringify(event.data, null, 2).replaceAll(/^/gm, '  ')}\n`);
    }
    if (found === 0) throw new Error(`there is no request ${requestId} in the log`);
  });
}
