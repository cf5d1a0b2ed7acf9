import type { EventItem } from '#lib/shared/realtime.ts';

export interface EventWords {
  /** `started`, `ended with exit code 137`, `became unhealthy`. */
  text: string;
  tone: 'ok' | 'warn' | 'bad' | 'info' | 'idle';
}

const plain: Record<string, EventWords> = {
  create: { text: 'created', tone: 'info' },
  start: { text: 'started', tone: 'ok' },
  stop: { text: 'stopped', tone: 'idle' },
  restart: { text: 'restarted', tone: 'info' },
  pause: { text: 'paused', tone: 'info' },
  unpause: { text: 'unpaused', tone: 'ok' },
  destroy: { text: 'removed', tone: 'warn' },
  remove: { text: 'removed', tone: 'warn' },
  delete: { text: 'deleted', tone: 'warn' },
  untag: { text: 'untagged', tone: 'idle' },
  tag: { text: 'tagged', tone: 'info' },
  pull: { text: 'pulled', tone: 'info' },
  push: { text: 'pushed', tone: 'info' },
  oom: { text: 'ran out of memory', tone: 'bad' },
  mount: { text: 'mounted', tone: 'idle' },
  unmount: { text: 'unmounted', tone: 'idle' },
  attach: { text: 'attached to', tone: 'idle' },
  detach: { text: 'detached from', tone: 'idle' },
  connect: { text: 'connected', tone: 'info' },
  disconnect: { text: 'disconnected', tone: 'idle' },
  prune: { text: 'pruned', tone: 'warn' },
};

/** An event as a person would say it; Docker's own word where there is none. */
export function eventWords({ action, attributes }: Pick<EventItem, 'action' | 'attributes'>): EventWords {
  const [verb = '', ...rest] = action.split(': ');
  if (verb === 'health_status') {
    const status = rest.join(': ');
    if (status === 'healthy') return { text: 'became healthy', tone: 'ok' };
    if (status === 'unhealthy') return { text: 'became unhealthy', tone: 'bad' };
    return { text: `health check ${status}`, tone: 'info' };
  }
  if (verb === 'die') {
    const code = attributes.exitCode;
    if (code === '0') return { text: 'ended without an error', tone: 'idle' };
    return { text: code ? `ended with exit code ${code}` : 'ended', tone: 'warn' };
  }
  if (verb === 'kill') return { text: `was sent signal ${attributes.signal ?? 'SIGKILL'}`, tone: 'warn' };
  if (verb === 'rename') {
    const from = attributes.oldName?.replace(/^\//, '');
    return { text: from ? `renamed from ${from}` : 'renamed', tone: 'info' };
  }
  if (verb.startsWith('exec_')) {
    const words = {
      exec_create: 'exec prepared',
      exec_start: 'exec started',
      exec_die: 'exec ended',
      exec_detach: 'exec left',
    }[verb];
    const code =
      verb === 'exec_die' && attributes.exitCode && attributes.exitCode !== '0' ? ` with ${attributes.exitCode}` : '';
    const command = rest.join(': ');
    return { text: `${words ?? verb}${code}${command ? `: ${command}` : ''}`, tone: code ? 'warn' : 'idle' };
  }
  return plain[verb] ?? { text: action, tone: 'idle' };
}
