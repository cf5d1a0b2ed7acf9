import { type EngineOptions, type LabEngine, startEngine } from './engine.ts';
import { type Machine, startMachine, startSwitch } from './machine.ts';
import { type LabPodman, startPodman } from './podman.ts';
import { type LabRegistry, startRegistry } from './registry.ts';
import { claimSlot } from './slot.ts';

export type { EngineOptions, LabEngine } from './engine.ts';
export type { LabPodman } from './podman.ts';
export type { LabRegistry } from './registry.ts';
export { waitFor } from './wait.ts';

/** Machines on one switch, each with a real engine; nothing of it touches the machine's own engine or firewall. */
export interface Lab {
  /** `10.x.y`: the switch is .1, machines count from .2 */
  net: string;
  /** A folder that goes with the lab, for the test's own files. */
  dir: string;
  engine(options?: EngineOptions): Promise<LabEngine>;
  registry(options?: { auth?: boolean }): Promise<LabRegistry>;
  podman(): Promise<LabPodman>;
  /** A machine without an engine. */
  machine(hostname?: string): Promise<Machine>;
  close(): Promise<void>;
}

/**
 * Starts a lab. Needs root. Names and addresses are free ones, so that several test files can have theirs side by side;
 * call `close` in afterAll. What a crashed run leaves is swept by the next start.
 */
export async function startLab(): Promise<Lab> {
  if (process.getuid?.() !== 0) throw new Error('The lab makes network namespaces and needs root.');
  const slot = await claimSlot();
  const onExit = () => slot.release();
  process.on('exit', onExit);
  const net = await startSwitch(slot);
  const machines: Machine[] = [];
  const registries: LabRegistry[] = [];
  let lastNumber = 1;

  const machine = async (hostname?: string) => {
    lastNumber += 1;
    const number = lastNumber;
    const made = await startMachine(slot, net, number, hostname ?? `host${number}`);
    machines.push(made);
    return made;
  };
  return {
    net: slot.net,
    dir: slot.dir,
    machine,
    engine: async (options = {}) => startEngine(await machine(options.hostname), options),
    podman: async () => startPodman(await machine()),
    async registry(options) {
      const made = await startRegistry(slot, 5000 + registries.length, options);
      registries.push(made);
      return made;
    },
    async close() {
      await Promise.all([...machines.map((made) => made.off()), ...registries.map((made) => made.stop())]);
      await net.stop();
      process.off('exit', onExit);
      slot.release();
    },
  };
}
