'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import type { SinkConfig } from '#lib/shared/trail.ts';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { useTrailChange } from './trail-data.ts';

const schema = z
  .object({
    kind: z.enum(['file', 'syslog', 'webhook']),
    name: z.string().trim().min(1, 'Give it a name.').max(60),
    transport: z.enum(['udp', 'tcp', 'unix']),
    path: z.string().trim(),
    host: z.string().trim(),
    port: z.string().regex(/^\d{0,5}$/, 'A number up to 65535.'),
    url: z.string().trim(),
    secret: z.string().refine((text) => text === '' || text.length >= 16, 'At least 16 characters.'),
  })
  .superRefine((form, context) => {
    const isUnix = form.kind === 'syslog' && form.transport === 'unix';
    const need = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((form.kind === 'file' || isUnix) && !form.path.startsWith('/')) need('path', 'A whole path, from / on.');
    if (form.kind === 'syslog' && !isUnix && form.host === '') need('host', 'Name the host.');
    if (form.kind === 'webhook' && !/^https?:\/\/./.test(form.url)) need('url', 'An http or https address.');
  });
type Form = z.infer<typeof schema>;

export function EditSink(props: { sink?: SinkConfig; sinks: readonly SinkConfig[]; onClose: () => void }) {
  const { sink, sinks, onClose } = props;
  const form = useZodForm(schema, formOf(sink));
  const change = useTrailChange();
  const submit = onSubmit(form, async (values) => {
    const next = sinkOf(values, sink?.id ?? newSinkId());
    await change({ sinks: sink ? sinks.map((one) => (one.id === sink.id ? next : one)) : [...sinks, next] });
    onClose();
  });
  const [kind, transport] = form.watch(['kind', 'transport']);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={sink ? `Sink ${sink.name}` : 'Add sink'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-sink" tone="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-sink" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <SelectField form={form} name="kind" label="Kind" disabled={sink !== undefined}>
          <option value="file">File of JSON lines</option>
          <option value="syslog">Syslog (RFC 5424)</option>
          <option value="webhook">Webhook</option>
        </SelectField>
        <TextField form={form} name="name" label="Name" placeholder="SIEM" />
        {kind === 'file' && (
          <TextField
            form={form}
            name="path"
            label="File"
            placeholder="/var/log/pilothouse/trail.jsonl"
            hint="Under /var/log or the data folder’s audit/, ending in .jsonl or .log. Made anew when it is rotated."
          />
        )}
        {kind === 'syslog' && (
          <>
            <SelectField form={form} name="transport" label="Transport">
              <option value="udp">UDP</option>
              <option value="tcp">TCP</option>
              <option value="unix">Unix stream socket</option>
            </SelectField>
            {transport === 'unix' ? (
              <TextField
                form={form}
                name="path"
                label="Socket"
                placeholder="/run/syslog.sock"
                hint="journald’s /dev/log is a datagram socket and does not do."
              />
            ) : (
              <div className="grid grid-cols-[1fr_6rem] gap-3">
                <TextField form={form} name="host" label="Host" placeholder="logs.example.com" />
                <TextField
                  form={form}
                  name="port"
                  label="Port"
                  inputMode="numeric"
                  placeholder={transport === 'udp' ? '514' : '601'}
                />
              </div>
            )}
          </>
        )}
        {kind === 'webhook' && (
          <>
            <TextField form={form} name="url" label="Address" placeholder="https://siem.example.com/pilothouse" />
            <TextField
              form={form}
              name="secret"
              label="Secret"
              type="password"
              autoComplete="new-password"
              hint={
                sink
                  ? 'Empty: stays as it is, unless the address changes.'
                  : 'Signs each post: X-Pilothouse-Signature is the HMAC-SHA256 of the timestamp, a dot and the body.'
              }
            />
          </>
        )}
        <FormError form={form} />
      </form>
    </Dialog>
  );
}

function formOf(sink: SinkConfig | undefined): Form {
  const empty: Form = { kind: 'file', name: '', transport: 'udp', path: '', host: '', port: '', url: '', secret: '' };
  if (!sink) return empty;
  const { kind, name } = sink;
  if (sink.kind === 'file') return { ...empty, kind, name, path: sink.path };
  if (sink.kind === 'webhook') return { ...empty, kind, name, url: sink.url };
  const { transport, host = '', port, path = '' } = sink;
  return { ...empty, kind, name, transport, host, path, port: String(port ?? '') };
}

function sinkOf(form: Form, id: string): SinkConfig {
  const { name } = form;
  if (form.kind === 'file') return { kind: 'file', id, name, path: form.path };
  if (form.kind === 'webhook') {
    return { kind: 'webhook', id, name, url: form.url, ...(form.secret ? { secret: form.secret } : {}) };
  }
  const { transport } = form;
  if (transport === 'unix') return { kind: 'syslog', id, name, transport, path: form.path };
  const port = form.port ? { port: Number(form.port) } : {};
  return { kind: 'syslog', id, name, transport, host: form.host, ...port };
}

/** Not by randomUUID, which a page on plain http does not have. */
function newSinkId(): string {
  return [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => (byte % 36).toString(36)).join('');
}
