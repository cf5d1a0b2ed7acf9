import type { ContainerRow } from '#lib/shared/inventory.ts';

/** A compose project on one engine, as the labels of its containers tell it. `id` is the project. */
export interface StackRow {
  engine: string;
  id: string;
  containers: readonly ContainerRow[];
  services: readonly string[];
  running: number;
  /** Ended as they should (exit code 0): migrations and other jobs that run once. */
  finished: number;
  unhealthy: number;
  /** Seconds since 1970, of the oldest container. */
  createdAt: number;
  workingDir: string | undefined;
}

export function stackRows(containers: readonly ContainerRow[]): StackRow[] {
  const groups = Map.groupBy(
    containers.filter(({ project }) => project !== undefined),
    ({ engine, project }) => `${engine}/${project}`,
  );
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (!first?.project) return [];
    return [
      {
        engine: first.engine,
        id: first.project,
        containers: members,
        services: [...new Set(members.map(({ service, name }) => service ?? name))].sort(),
        running: members.filter(({ state }) => state === 'running').length,
        finished: members.filter(({ state, exitCode }) => state === 'exited' && exitCode === 0).length,
        unhealthy: members.filter(
          ({ health, state }) => health === 'unhealthy' || state === 'dead' || state === 'restarting',
        ).length,
        createdAt: Math.min(...members.map(({ createdAt }) => createdAt)),
        workingDir: first.labels['com.docker.compose.project.working_dir'],
      },
    ];
  });
}
