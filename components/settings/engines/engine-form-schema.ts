import { z } from 'zod';
import type { EngineShown } from '../schemas.ts';

export const kinds = [
  { value: 'unix', label: 'Unix socket on this machine', prefix: 'unix://', example: 'unix:///var/run/docker.sock' },
  { value: 'ssh', label: 'SSH (private key)', prefix: 'ssh://', example: 'ssh://ubuntu@10.0.0.5' },
  { value: 'tls', label: 'TCP with TLS certificates', prefix: 'tcp://', example: 'tcp://docker.example:2376' },
  { value: 'tcp', label: 'TCP in clear (private networks only)', prefix: 'tcp://', example: 'tcp://10.0.0.5:2375' },
] as const;

const pem = z.string();

export const engineFormSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and hyphens; at most 63.'),
    transport: z.enum(['unix', 'ssh', 'tls', 'tcp']),
    url: z.string().trim(),
    tags: z.string(),
    ca: pem,
    cert: pem,
    key: pem,
    identity: pem,
    hostKey: z.string().trim(),
  })
  .superRefine((values, ctx) => {
    const kind = kinds.find(({ value }) => value === values.transport);
    if (kind && !values.url.startsWith(kind.prefix)) {
      ctx.addIssue({ code: 'custom', path: ['url'], message: `Begins with ${kind.prefix}, as in ${kind.example}` });
    }
  });

export type EngineForm = z.infer<typeof engineFormSchema>;

export function formOf(engine: EngineShown | undefined): EngineForm {
  return {
    name: engine?.name ?? '',
    transport: engine?.transport ?? 'unix',
    url: engine?.url ?? 'unix:///var/run/docker.sock',
    tags: engine?.tags.join(', ') ?? '',
    ca: '',
    cert: '',
    key: '',
    identity: '',
    hostKey: engine?.hostKey ?? '',
  };
}

/** What the console's API takes. Empty secrets are left out: those that are stored stay. */
export function inputOf(values: EngineForm) {
  const { ca, cert, key, identity } = values;
  const given = values.transport === 'tls' ? { ca, cert, key } : values.transport === 'ssh' ? { identity } : {};
  return {
    name: values.name,
    url: values.url,
    tags: values.tags
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    secrets: Object.fromEntries(Object.entries(given).filter(([, text]) => text.trim() !== '')),
    hostKey: values.transport === 'ssh' && values.hostKey ? values.hostKey : undefined,
  };
}
