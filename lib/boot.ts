import type { IncomingMessage } from 'node:http';
import { openAudit } from '#lib/audit/open-audit.ts';
import { createRecorder } from '#lib/audit/recordings/recorder.ts';
import { openTrailKeeper } from '#lib/audit/trail-keeper.ts';
import { authorize } from '#lib/authz/authorize.ts';
import type { Config } from '#lib/config.ts';
import { ensureDataDir, openDatabase } from '#lib/db/open-database.ts';
import { openSecretBox } from '#lib/db/secret-box.ts';
import { checkSecret } from '#lib/db/secret-check.ts';
import { createEngines } from '#lib/engine/engines.ts';
import { createRegistries } from '#lib/engine/registries.ts';
import { createDoor } from '#lib/gateway/dispatch.ts';
import { createDoorHandlers } from '#lib/gateway/handlers.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { openJobs } from '#lib/jobs/jobs.ts';
import type { Log } from '#lib/log.ts';
import { openPolicies } from '#lib/policy/open-policies.ts';
import { createRealtime } from '#lib/realtime/server.ts';
import { setRuntime } from '#lib/runtime.ts';
import { parseTrustedProxies } from '#lib/server/client-address.ts';
import type { Listener } from '#lib/server/listen.ts';
import { createMetrics } from '#lib/server/metrics.ts';
import { createNextApp } from '#lib/server/next-app.ts';
import { createRoutes } from '#lib/server/routes.ts';
import { followTrustedProxies } from '#lib/server/trusted-proxies.ts';

export interface BootOptions {
  config: Config;
  /** The project's root: where .next and app/ are. */
  root: string;
  listener: Listener;
  log: Log;
}

export interface RunningConsole {
  /** What whoever started it should read. */
  welcome: string;
  stop(): Promise<void>;
}

/** Builds the runtime, once, and opens the listener. What it built before a failure is ended again. */
export async function boot({ config, root, listener, log }: BootOptions): Promise<RunningConsole> {
  const ends: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const isEnvironmentProxy = parseTrustedProxies(config.trustedProxies);
    ensureDataDir(config.dataDir);
    const dev = process.env.NODE_ENV !== 'production';
    // Next takes the longest and needs nothing of the rest.
    const pagesReady = createNextApp({ dir: root, dev, hostname: config.host, port: config.port });
    pagesReady.catch(() => undefined);
    const secretBox = openSecretBox(config);
    const db = await openDatabase(config);
    ends.push(() => db.destroy());
    await checkSecret(db, secretBox);
    const audit = await openAudit({
      db,
      key: secretBox.key('trail'),
      headDir: config.dataDir,
      ownThread: true,
      reserveDir: config.databaseUrl ? undefined : config.dataDir,
      recover: true,
    });
    ends.push(() => audit.stop());
    const trail = await openTrailKeeper({ db, audit, secretBox, dataDir: config.dataDir });
    ends.push(() => trail.stop());
    const recorder = createRecorder({ store: audit.writeRecording, settings: trail.settings });
    ends.push(() => recorder.stop());
    const identity = await openIdentity({ db, secrets: secretBox, admin: config.admin });
    ends.push(() => identity.stop());
    const isTrustedProxy = followTrustedProxies(isEnvironmentProxy, identity.settings);
    const allowedOrigins = () => identity.settings.get().network.allowedOrigins;
    const engines = await createEngines({ db, secretBox, log });
    ends.push(() => engines.stop());
    await engines.adoptFirst(config);
    const registries = createRegistries({ db, secretBox });
    const policies = openPolicies({ db });
    const plainDoor = createDoor({
      engines,
      audit,
      registries,
      policies,
      recorder,
      authorize,
      identityWatch: identity.watch,
      now: Date.now,
      requestsMax: config.limits.requests,
    });
    ends.push(() => plainDoor.stop());
    const metrics = createMetrics(engines, () => realtime.counts().connections);
    ends.push(() => metrics.stop());
    const door = metrics.countDoor(plainDoor);
    const jobs = await openJobs({ db, door, identity, log });
    ends.push(() => jobs.stop());
    const clientAddress = (req: IncomingMessage) => String(req.headers['x-forwarded-for'] ?? '');
    const { publicUrl } = config;
    const realtime = createRealtime({
      ...{ engines, identity, door, jobs, publicUrl, allowedOrigins, clientAddress, log },
      limits: config.limits,
    });
    ends.push(() => realtime.close());
    setRuntime({ config, identity, audit, trail, recorder, db, engines, registries, policies, door });
    const pages = await pagesReady;
    ends.push(() => pages.close());
    const doorHandlers = createDoorHandlers({ identity, door, clientAddress, publicUrl, allowedOrigins });
    engines.start();
    listener.open(
      createRoutes({
        version: config.version,
        dev,
        isTrustedProxy,
        identity,
        metrics,
        door: doorHandlers,
        realtime,
        pages,
        log,
      }),
    );
    return { welcome: welcome(config, listener.url, identity.setupSecret()), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function welcome(config: Config, url: string, setupSecret: string | undefined): string {
  const lines = [`Pilothouse ${config.version} is at ${url}`];
  if (setupSecret)
    lines.push(
      `No administrator yet. Make the first one here (the link works once): ${url}/setup?secret=${setupSecret}`,
    );
  return lines.join('\n');
}
