import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';

const accountSchema = z.object({ csrfToken: z.string() });

/**
 * Downloads an Engine API path through the door as a file, streamed: a form post, since a link can't carry the proof
 * that the page itself asked. Throws ConsoleError when the session is gone.
 */
export async function downloadFromEngine(engine: string, path: string, filename: string): Promise<void> {
  const { csrfToken } = accountSchema.parse(await apiFetch('GET', '/api/account'));
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/api/download';
  form.target = '_blank';
  form.hidden = true;
  for (const [name, value] of Object.entries({ csrfToken, engine, path, filename })) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

/** The path of a container's whole log, for `downloadFromEngine`. */
export function wholeLogPath(
  container: string,
  options: { stdout: boolean; stderr: boolean; timestamps: boolean },
): string {
  const flag = (on: boolean) => (on ? '1' : '0');
  return `/containers/${encodeURIComponent(container)}/logs?stdout=${flag(options.stdout)}&stderr=${flag(options.stderr)}&timestamps=${flag(options.timestamps)}`;
}
