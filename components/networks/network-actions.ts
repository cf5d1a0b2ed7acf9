import { Link2, Trash2, Unlink } from 'lucide-react';
import { useInventory } from '#components/live/inventory-store.ts';
import { type Action, formValue, type JobAction } from '#components/resource/descriptor.ts';
import { deleteStep, dockerCommand, postStep } from '#components/resource/steps.ts';
import type { ContainerRow, NetworkRow } from '#lib/shared/inventory.ts';

/** Names may be odd or double; only plain ones stand in an address. */
export function networkHref(row: Pick<NetworkRow, 'engine' | 'name' | 'id'>): string {
  const reference = /^[\w.-]+$/.test(row.name) ? row.name : row.id.slice(0, 12);
  return `/engines/${encodeURIComponent(row.engine)}/networks/${encodeURIComponent(reference)}`;
}

function containersOf(row: NetworkRow | undefined, joined: boolean): { value: string; label: string }[] {
  if (!row) return [];
  const all: ContainerRow[] = [...(useInventory.getState().inventory[row.engine]?.rows.container.values() ?? [])];
  return all
    .filter(({ networks }) => networks.includes(row.name) === joined)
    .map(({ name }) => ({ value: name, label: name }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

const connect: JobAction<NetworkRow> = {
  kind: 'job',
  id: 'connect',
  label: 'Connect a container',
  icon: Link2,
  hotkey: 'c',
  needs: 'network.connect',
  doing: 'connecting',
  bulk: false,
  refuse: (row) =>
    row.name === 'host' || row.name === 'none' ? 'Containers join it only as they are created.' : undefined,
  form: ([row]) => {
    const options = containersOf(row, false);
    return {
      title: `Connect a container to ${row?.name}`,
      fields: [
        { kind: 'select', name: 'container', label: 'Container', initial: options[0]?.value ?? '', options },
        {
          kind: 'text',
          name: 'alias',
          label: 'Alias (optional)',
          initial: '',
          hint: 'Another name for it in this network.',
          mono: true,
        },
        {
          kind: 'text',
          name: 'ip',
          label: 'Address (optional)',
          initial: '',
          placeholder: row?.subnets[0],
          mono: true,
        },
      ],
      check: (values) => (formValue.text(values, 'container') ? undefined : 'Every container is in it already.'),
      confirmLabel: 'Connect',
    };
  },
  steps: (row, values) => {
    const container = formValue.text(values, 'container');
    const alias = formValue.text(values, 'alias');
    const ip = formValue.text(values, 'ip');
    const endpoint = {
      ...(alias ? { Aliases: [alias] } : {}),
      ...(ip ? { IPAMConfig: ip.includes(':') ? { IPv6Address: ip } : { IPv4Address: ip } } : {}),
    };
    const body = { Container: container, ...(alias || ip ? { EndpointConfig: endpoint } : {}) };
    return [postStep(row.engine, `/networks/${row.id}/connect`, `connect ${container} to ${row.name}`, body)];
  },
  command: (row, values) => {
    const [alias, ip] = [formValue.text(values, 'alias'), formValue.text(values, 'ip')];
    return dockerCommand(
      'network',
      'connect',
      alias && `--alias=${alias}`,
      ip && `${ip.includes(':') ? '--ip6' : '--ip'}=${ip}`,
      row.name,
      formValue.text(values, 'container'),
    );
  },
};

const disconnect: JobAction<NetworkRow> = {
  kind: 'job',
  id: 'disconnect',
  label: 'Disconnect a container',
  icon: Unlink,
  needs: 'network.disconnect',
  doing: 'disconnecting',
  bulk: false,
  refuse: (row) => (containersOf(row, true).length > 0 ? undefined : 'No container is in it.'),
  form: ([row]) => {
    const options = containersOf(row, true);
    return {
      title: `Disconnect a container from ${row?.name}`,
      intro: 'Its open connections through this network break.',
      fields: [
        { kind: 'select', name: 'container', label: 'Container', initial: options[0]?.value ?? '', options },
        { kind: 'check', name: 'force', label: 'Force', initial: false },
      ],
      confirmLabel: 'Disconnect',
    };
  },
  steps: (row, values) => {
    const container = formValue.text(values, 'container');
    const body = { Container: container, Force: formValue.check(values, 'force') };
    return [postStep(row.engine, `/networks/${row.id}/disconnect`, `disconnect ${container} from ${row.name}`, body)];
  },
  command: (row, values) =>
    dockerCommand(
      'network',
      'disconnect',
      formValue.check(values, 'force') && '-f',
      row.name,
      formValue.text(values, 'container'),
    ),
};

const remove: JobAction<NetworkRow> = {
  kind: 'job',
  id: 'remove',
  label: 'Remove',
  icon: Trash2,
  hotkey: 'd',
  needs: 'network.remove',
  danger: true,
  doing: 'removing',
  bulk: true,
  refuse: (row) => (row.builtIn ? 'It is part of the engine.' : undefined),
  form: (rows) => {
    const used = rows.filter(({ containers }) => containers > 0);
    return {
      title: rows.length === 1 ? `Remove ${rows[0]?.name}?` : `Remove ${rows.length} networks?`,
      intro:
        used.length > 0
          ? `Still in use: ${used
              .map(({ name }) => name)
              .slice(0, 8)
              .join(', ')}${used.length > 8 ? ' …' : ''}. The engine keeps a network with running containers.`
          : undefined,
      losses: ['The network with its settings: driver, subnets, options'],
      fields: [],
      confirmLabel: 'Remove',
    };
  },
  steps: (row) => [deleteStep(row.engine, `/networks/${row.id}`, `remove ${row.name}`)],
  command: (row) => dockerCommand('network', 'rm', row.name),
};

export const networkActions: readonly Action<NetworkRow>[] = [connect, disconnect, remove];
