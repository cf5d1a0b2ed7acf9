import { importBusybox } from '#tests/lab/images.ts';
import type { LabEngine } from '#tests/lab/lab.ts';

/** What stands on an engine that two teams share, as compose would have made it. */
export interface TwoProjects {
  /** Ids by name: containers, networks, execs (`exec of <container>`), anonymous volumes (`anonymous of <container>`). */
  ids: Record<string, string>;
}

export const projects = ['shop', 'bank'] as const;

/**
 * The projects `shop` and `bank`, each with a running web and a stopped db, a network, a volume, an image `<project>/web:1`,
 * an exec; the network and the volume `common` are shared; `corp` is a network of nobody.
 */
export async function fillTwoProjects(engine: LabEngine): Promise<TwoProjects> {
  const ids: Record<string, string> = {};
  const make = async (path: string, body: object) => {
    const reply = await engine.api('POST', path, { body });
    if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    return String((reply.json as { Id?: string }).Id ?? '');
  };
  const shared = { 'io.pilothouse.shared': 'true' };
  ids.common = await make('/networks/create', { Name: 'common', Labels: shared });
  ids.corp = await make('/networks/create', { Name: 'corp' });
  await make('/volumes/create', { Name: 'common', Labels: shared });
  for (const project of projects) {
    const labels = { 'com.docker.compose.project': project };
    await importBusybox(engine.socketPath, `${project}/web:1`, ['CMD ["sh"]', `ENV OF=${project}`]);
    ids[`${project}_default`] = await make('/networks/create', { Name: `${project}_default`, Labels: labels });
    await make('/volumes/create', { Name: `${project}_data`, Labels: labels });
    const container = (more: object) => ({
      Image: `${project}/web:1`,
      Cmd: ['sleep', '100000'],
      Labels: labels,
      StopTimeout: 0,
      ...more,
    });
    const web = container({
      Env: [`SECRET_OF=${project}`],
      HostConfig: { NetworkMode: `${project}_default`, Init: true, Mounts: [{ Type: 'volume', Target: '/anon' }] },
    });
    ids[`${project}-web`] = await make(`/containers/create?name=${project}-web`, web);
    ids[`${project}-db`] = await make(
      `/containers/create?name=${project}-db`,
      container({ HostConfig: { Binds: [`${project}_data:/data`], NetworkMode: `${project}_default` } }),
    );
    await engine.api('POST', `/containers/${project}-web/start`);
    ids[`exec of ${project}-web`] = await make(`/containers/${project}-web/exec`, { Cmd: ['true'] });
    const web1 = (await engine.api('GET', `/containers/${project}-web/json`)).json as { Mounts: { Name: string }[] };
    ids[`anonymous of ${project}-web`] = web1.Mounts[0]?.Name ?? '';
    const image = (await engine.api('GET', `/images/${project}/web:1/json`)).json as { Id: string };
    ids[`${project}/web:1`] = image.Id;
  }
  return { ids };
}
